import { describe, expect, it } from "vitest";
import { $f, $ft } from "../../../service/runtime/lib/format/printf.js";
import { cronTimes, parseCron } from "../../../service/runtime/lib/text/cron.js";
import { formatDate } from "../../../service/runtime/lib/text/date-pattern.js";
import { readDate } from "../../../service/runtime/lib/text/date-reader.js";
import { inDecimals } from "../../../service/runtime/lib/text/decimal.js";
import { compareVersions, meetsSpec } from "../../../service/runtime/lib/text/semantic-version.js";
import { drawTable } from "../../../service/runtime/lib/text/table.js";
import { visibleLength } from "../../../service/runtime/lib/text/visible-length.js";
import { wordWrap } from "../../../service/runtime/lib/text/word-wrap.js";

describe("dates", () => {
  it("are written by pattern in any zone", () => {
    const date = new Date(Date.UTC(2024, 6, 9, 12, 4, 5, 67));
    expect(formatDate(date, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "America/New_York")).toBe("2024-07-09T08:04:05.067-04:00");
    expect(formatDate(date, "EEE d MMM yy h 'o''clock' a z", "GMT+2")).toBe("Tue 9 Jul 24 2 o'clock PM GMT+02:00");
  });

  it("are read leniently, but not from a text that does not match", () => {
    expect(readDate("2023-02-29 and more", "yyyy-MM-dd", "UTC").toISOString()).toBe("2023-03-01T00:00:00.000Z");
    expect(readDate("20240209150405", "yyyyMMddHHmmss", "Europe/Lisbon").toISOString()).toBe(
      "2024-02-09T15:04:05.000Z",
    );
    expect(() => readDate("nope", "yyyy")).toThrow('java.text.ParseException: Unparseable date: "nope"');
  });

  it("refuse letters that mean nothing", () => {
    expect(() => formatDate(new Date(0), "b")).toThrow("Illegal pattern character 'b'");
  });
});

describe("$f and $ft", () => {
  it("round half up on the digits that are shown", () => {
    expect($f("%.1f|%.0f|%.2e", 1.25, 12.5, 0.00012)).toBe("1.3|13|1.20e-04");
    expect(inDecimals(0.05, 1)).toBe("0.1");
    expect(inDecimals(999.995, 2)).toBe("1000.00");
  });

  it("take whole numbers as integers only in $ft", () => {
    expect($ft("%05d|%x|%,d|%c", 42, 255, 1234567, 65)).toBe("00042|ff|1,234,567|A");
    expect(() => $f("%d", 42)).toThrow("d != java.lang.Double");
  });

  it("refuse missing values and unknown conversions", () => {
    expect(() => $f("%s %s", "one")).toThrow("Format specifier '%s'");
    expect(() => $f("%y", 1)).toThrow("UnknownFormatConversionException");
  });
});

describe("cron", () => {
  const from = new Date(Date.UTC(2024, 0, 31, 22, 59, 30));
  const next = (expression: string, count: number) =>
    cronTimes(parseCron(expression), count, from, undefined, false, true).map((date) => date.toISOString());

  it("needs both day fields to fit", () => {
    expect(next("0 0 13 * 5", 2)).toEqual(["2024-09-13T00:00:00.000Z", "2024-12-13T00:00:00.000Z"]);
  });

  it("takes names, steps, lists and seconds", () => {
    expect(next("*/20 * * * * *", 2)).toEqual(["2024-01-31T22:59:40.000Z", "2024-01-31T23:00:00.000Z"]);
    expect(next("0 6 1 MAR,JUN *", 2)).toEqual(["2024-03-01T06:00:00.000Z", "2024-06-01T06:00:00.000Z"]);
  });

  it("gives nothing for a day that never comes, and names a field that is wrong", () => {
    expect(next("0 0 31 2 *", 1)).toEqual([]);
    expect(() => parseCron("0 25 * * *")).toThrow('cron "0 25 * * *": "25" does not fit, the field takes 0 to 23');
  });
});

describe("texts on a terminal", () => {
  it("are as wide as they look", () => {
    expect(visibleLength("\x1b[31m日\x1b[m")).toBe(2);
    expect(visibleLength("👩‍👩‍👧")).toBe(2);
    expect(visibleLength("é☃")).toBe(2);
  });

  it("are wrapped at blanks, and long words are cut", () => {
    expect(wordWrap("the quick brown fox", 10)).toBe("the quick\nbrown fox");
    expect(wordWrap("abcdefgh", 3)).toBe("abc\ndef\ngh");
  });

  it("make tables of rows", () => {
    const table = drawTable([{ a: 1, b: "x" }, { a: 20 }], {
      width: -1,
      showCount: true,
      theme: "plain",
      hasRowLines: false,
    });
    expect(table).toBe("a |b        \n--+---------\n1 |x        \n20|undefined\n[#2 rows]\x1b[m");
  });
});

describe("versions", () => {
  it("are ordered by their numbers, whatever their form", () => {
    expect(compareVersions("1.2", "1.10")).toBe(-1);
    expect(compareVersions("v2.0.0", "2.0.0")).toBe(0);
    expect(compareVersions("1.0.0-rc.1", "1.0.0")).toBe(-1);
    expect(compareVersions("1.2.3.4", "1.2.3.10")).toBe(-1);
    expect(meetsSpec("1.5.0", ">=1.2,<2.0")).toBe(true);
  });
});
