import { describe, expect, it } from "vitest";
import { fromCsvText, toCsvText } from "../../../service/runtime/lib/data/csv.js";
import { jsonParse } from "../../../service/runtime/lib/data/json.js";
import { fromJsSlon, fromSlon, toSlon } from "../../../service/runtime/lib/data/slon.js";
import { fromToml, toToml } from "../../../service/runtime/lib/data/toml.js";
import { fromXml, toXml } from "../../../service/runtime/lib/data/xml.js";
import { fromYaml, toYaml } from "../../../service/runtime/lib/data/yaml.js";

describe("JSON", () => {
  it("is read leniently, and text that is none comes back as it is", () => {
    expect(jsonParse("{ a: 1; 'b' => x # note\n }")).toEqual({ a: 1, b: "x" });
    expect(jsonParse("[1,2,]")).toEqual([1, 2, null]);
    expect(jsonParse("{ a: 1, }")).toBe("{ a: 1, }");
    expect(jsonParse("two words")).toBe("two words");
    expect(jsonParse("{ a: 1 }", false)).toBe("{ a: 1 }");
  });

  it("never lets a key change a prototype", () => {
    const map = jsonParse("{ __proto__: { polluted: true } }");
    expect(({} as any).polluted).toBeUndefined();
    expect(Object.keys(map)).toEqual(["__proto__"]);
  });

  it("is cut out of the text around it when asked", () => {
    expect(jsonParse('log {"a":{"b":1}} end', undefined, undefined, true)).toEqual({ a: { b: 1 } });
  });
});

describe("SLON", () => {
  it("gives back what it wrote", () => {
    const value = { a: 1, t: "it's, fine", l: [1, { x: true }], n: null, d: new Date(2020, 1, 2, 3, 4, 5, 6) };
    expect(fromSlon(toSlon(value))).toEqual(value);
  });

  it("leaves a list of bare words as text, as the reference does", () => {
    expect(fromSlon("(l: [a | b])")).toEqual({ l: "[a | b]" });
  });

  it("says where a text is broken, and fromJSSLON returns such a text", () => {
    expect(() => fromSlon("(a: 1")).toThrow(/not SLON at character \d+ of "\(a: 1"/);
    expect(fromJsSlon("(a: 1")).toBe("(a: 1");
  });
});

describe("CSV", () => {
  it("quotes what needs it and reads it back", () => {
    const rows = [
      { a: "x,y", b: 'q"q' },
      { a: "two\nlines", b: "" },
    ];
    const text = toCsvText(rows);
    expect(text).toBe('a,b\r\n"x,y","q""q"\r\n"two\nlines",\r\n');
    expect(fromCsvText(text)).toEqual(rows);
  });

  it("names cells by their place when there is no header", () => {
    expect(fromCsvText("1;2\n", { withHeader: false, withDelimiter: ";" })).toEqual([{ f0: "1", f1: "2" }]);
  });

  it("refuses signs behind a closing quote", () => {
    expect(() => fromCsvText('a\n"x"y\n')).toThrow(/invalid char between encapsulated token and delimiter/);
  });
});

describe("XML, YAML and TOML", () => {
  it("reads XML elements, attributes and entities", () => {
    const xml = "<a id='1'><b k='v'>t &lt; &#65;</b><b/><!-- no --></a>";
    expect(fromXml(xml)).toEqual({ a: { b: ["t < A", ""] } });
    expect(fromXml(xml, [])).toEqual({ a: { _id: "1", b: [{ _k: "v", _: "t < A" }, ""] } });
    expect(() => fromXml("<a></b>")).toThrow(/not XML at line 1, column \d+/);
  });

  it("writes maps as XML", () => {
    expect(toXml({ l: { i: [{ n: 1 }, { n: 2 }] } })).toBe("<l><i><n>1</n></i><i><n>2</n></i></l>");
  });

  it("reads several YAML documents as a list", () => {
    expect(fromYaml("a: 1\n---\nb: 2\n")).toEqual([{ a: 1 }, { b: 2 }]);
    expect(toYaml([{ a: 1 }, { b: "yes" }], true)).toBe("a: 1\n\n---\n\nb: 'yes'\n");
  });

  it("gives plain maps for TOML, and nothing for values TOML has no form for", () => {
    expect(fromToml("[s]\nk = 'v'\n")).toEqual({ s: { k: "v" } });
    expect(toToml([1])).toBeUndefined();
  });
});
