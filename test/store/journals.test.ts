import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isRefusedBySystem } from "../../service/store/folder-health.js";
import {
  isJournalOf,
  type Journal,
  type JournalLine,
  journalName,
  journalsIn,
  type LinePlace,
  mayGrow,
  readNewLines,
  readPlaces,
} from "../../service/store/journal.js";
import { JournalWriter } from "../../service/store/journal-writer.js";
import { parsePlace, readLogFile, readLogText } from "../../service/store/read-log.js";
import { orStorageFull } from "../../service/store/storage-full.js";
import { ended, makeRecord, temporaryFolder } from "./store-helper.js";

describe("journals of the history", () => {
  const DAY = Date.parse("2026-03-10T00:00:00Z");

  it("are named after their node, the day and a number", () => {
    expect(journalName("127.0.0.1:8787", new Date(DAY), 2)).toBe("127.0.0.1_8787-2026-03-10-2.jsonl");
    const odd = journalName("[fd00::1]:80", new Date(DAY), 1);
    expect(odd).toMatch(/^[\w.-]+$/);
    expect(isJournalOf("[fd00::1]:80", `/x/${odd}`)).toBe(true);
    expect(isJournalOf("[fd00::2]:80", odd)).toBe(false);
    for (const other of [
      "127.0.0.1_8787-x-2026-03-10-2.jsonl",
      "127.0.0.1_8787-2026-03-10.jsonl",
      "x_1-2026-03-10-1.jsonl",
    ])
      expect(isJournalOf("127.0.0.1:8787", other)).toBe(false);
  });

  it("may grow on the day in their name and, as clocks differ, on the one after it", () => {
    const file = "/x/a_1-2026-03-10-1.jsonl";
    expect([0, 1, 2 * 86_400_000 - 1, 2 * 86_400_000].map((ms) => mayGrow(file, DAY + ms))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(mayGrow("/x/of-somebody.jsonl", DAY * 2)).toBe(true);
  });

  it("are the files with their ending, but for temporary ones", () => {
    expect(journalsIn("/x", ["a.jsonl", ".b.jsonl", "c.json"])).toEqual(["/x/a.jsonl"]);
  });

  const noted = (n: number) => ({ record: ended(makeRecord({ uuid: `h-1-${n}`, acceptedAt: n })), result: "{}" });
  function readAll(journal: Journal) {
    const lines: [JournalLine | undefined, LinePlace][] = [];
    return readNewLines(journal, (line, place) => lines.push([line, place])).then(() => lines);
  }

  it("are read on from where they were left, whole lines only, and each line again by its place", async () => {
    const file = path.join(temporaryFolder(), "a_1-2026-03-10-1.jsonl");
    const texts = [noted(1), noted(2), { removed: "h-1-1" }].map((line) => JSON.stringify(line));
    writeFileSync(file, `${texts[0]}\nnonsense\n${texts[1]!.slice(0, 20)}`);
    const journal: Journal = { file, end: 0, kept: 0 };
    const first = await readAll(journal);
    expect(first.map(([line]) => line)).toEqual([noted(1), undefined]);
    expect(journal.end).toBe(texts[0]!.length + 1 + "nonsense\n".length);
    expect(await readAll(journal)).toEqual([]);
    appendFileSync(file, `${texts[1]!.slice(20)}\n${texts[2]}\n`);
    const second = await readAll(journal);
    expect(second.map(([line]) => line)).toEqual([noted(2), { removed: "h-1-1" }]);
    expect(journal.end).toBe(statSync(file).size);
    const gone = { journal: { file: `${file}.gone`, end: 0, kept: 0 }, offset: 0, bytes: 5 };
    const places = [second[0]![1], gone, first[0]![1], second[1]![1], first[1]![1]];
    expect(await readPlaces(places)).toEqual([noted(2), undefined, noted(1), undefined, undefined]);
    expect(await readPlaces([])).toEqual([]);
  });

  it("are read in whatever pieces their lines come, those longer than a piece among them", async () => {
    const file = path.join(temporaryFolder(), "a_1-2026-03-10-1.jsonl");
    const lines = [10, 300_000, 1, 262_144, 5].map((size, n) => ({ ...noted(n), log: "ü".repeat(size) }));
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const journal: Journal = { file, end: 0, kept: 0 };
    const found = await readAll(journal);
    expect(found.map(([line]) => line)).toEqual(lines);
    expect(await readPlaces(found.map(([, place]) => place))).toEqual(lines);
  });

  it.each(['{"removed": 1}', "{}", '{"record": {}}', "null", "1", '"x"'])("have no line like %s", async (text) => {
    const file = path.join(temporaryFolder(), "a_1-2026-03-10-1.jsonl");
    writeFileSync(file, `${text}\n`);
    expect((await readAll({ file, end: 0, kept: 0 })).map(([line]) => line)).toEqual([undefined]);
  });

  describe("that are written", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: DAY + 86_399_000 }));
    afterEach(() => void vi.useRealTimers());

    it("go on in a file of the next day, and never in one that is there already", async () => {
      const folder = temporaryFolder();
      writeFileSync(path.join(folder, journalName("a:1", new Date(DAY), 1)), "of a former life\n");
      const writer = new JournalWriter(folder, () => "a:1");
      expect(writer.current).toBeUndefined();
      const first = await writer.append([noted(1), noted(2)]);
      expect(path.basename(first.journal.file)).toBe("a_1-2026-03-10-2.jsonl");
      expect(writer.current).toBe(first.journal);
      const size = JSON.stringify(noted(1)).length;
      expect(first.places).toEqual([
        { offset: 0, bytes: size },
        { offset: size + 1, bytes: size },
      ]);
      const again = await writer.append([noted(3)]);
      expect([again.journal, again.places[0]!.offset]).toEqual([first.journal, 2 * (size + 1)]);
      vi.advanceTimersByTime(1000);
      const next = await writer.append([noted(4)]);
      expect(path.basename(next.journal.file)).toBe("a_1-2026-03-11-1.jsonl");
      expect(next.places[0]!.offset).toBe(0);
      await writer.close();
      await writer.close();
      expect(writer.current).toBeUndefined();
      expect(readFileSync(first.journal.file, "utf8").split("\n")).toHaveLength(4);
    });

    it("go on in another file from 8 MB on", async () => {
      const writer = new JournalWriter(temporaryFolder(), () => "a:1");
      const large = { ...noted(1), log: "x".repeat(5 * 1024 * 1024) };
      const files: string[] = [];
      for (let n = 0; n < 3; n++) files.push((await writer.append([large])).journal.file);
      await writer.close();
      expect(files.map((file) => path.basename(file).slice(-7))).toEqual(["1.jsonl", "1.jsonl", "2.jsonl"]);
    });
  });
});

describe("a part of a log", () => {
  const CHUNK = 256 * 1024;

  it("begins where the reader is, in bytes; what is no place is the beginning", () => {
    expect(["0", "17", "999999999999999", undefined, "", "-1", "1.5", "1e3", "9".repeat(16)].map(parsePlace)).toEqual([
      0, 17, 999_999_999_999_999, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it("ends with a whole line while the run prints, and with what there is when it has ended", async () => {
    const file = path.join(temporaryFolder(), "a.log");
    writeFileSync(file, "one\ntwo\nthr");
    expect(await readLogFile(file, 0, false)).toEqual({ text: "one\ntwo\n", next: "8", isEnd: false });
    expect(await readLogFile(file, 8, false)).toEqual({ text: "", next: "8", isEnd: false });
    expect(await readLogFile(file, 8, true)).toEqual({ text: "thr\n", next: "11", isEnd: true });
    expect(await readLogFile(file, 11, true)).toEqual({ text: "", next: "11", isEnd: true });
    expect(await readLogFile(file, 4, true)).toEqual({ text: "two\nthr\n", next: "11", isEnd: true });
  });

  it("of a file that is none, or not there, is nothing", async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, "folder.log"));
    for (const name of ["folder.log", "none.log", path.join("none", "x.log")])
      expect(await readLogFile(path.join(folder, name), 3, true)).toEqual({ text: "", next: "3", isEnd: true });
  });

  it.each(["a", "ü", "☃", "😀"])(
    "that is longer than 256 KB is cut between two %s, and nothing is lost",
    (character) => {
      for (const shift of [0, 1, 2, 3]) {
        const text = "x".repeat(shift) + character.repeat(CHUNK / 2);
        let read = "";
        for (let place = 0; ; ) {
          const chunk = readLogText(text, place);
          read += chunk.isEnd ? chunk.text.slice(0, -1) : chunk.text;
          expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(CHUNK + 1);
          if (!chunk.isEnd) expect(Buffer.byteLength(chunk.text)).toBeGreaterThan(CHUNK - 4);
          place = Number(chunk.next);
          if (chunk.isEnd) break;
        }
        expect(read === text).toBe(true);
      }
    },
  );

  it("with the line end as its last byte is not lengthened", () => {
    expect(readLogText("a\n", 0)).toEqual({ text: "a\n", next: "2", isEnd: true });
    const exact = `${"x".repeat(CHUNK - 1)}\n`;
    expect(readLogText(exact, 0).isEnd).toBe(true);
    expect(readLogText(`${exact}y`, 0)).toMatchObject({ text: exact, next: String(CHUNK), isEnd: false });
  });
});

describe("what a system refuses", () => {
  it("is told by code and call, and is `storage_full` to who wanted something accepted", async () => {
    const refused = Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
    const mistakes = [new Error("x"), Object.assign(new Error("x"), { code: "X" }), { code: "X", syscall: "y" }];
    expect([refused, ...mistakes].map(isRefusedBySystem)).toEqual([true, false, false, false]);
    expect(await orStorageFull(Promise.resolve(1))).toBe(1);
    await expect(orStorageFull(Promise.reject(refused))).rejects.toMatchObject({
      code: "storage_full",
      cause: refused,
      message: expect.stringContaining("ENOSPC"),
    });
    await expect(orStorageFull(Promise.reject(mistakes[0]))).rejects.toBe(mistakes[0]);
  });
});
