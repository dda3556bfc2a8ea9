import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LogFiles } from "../../service/base/log/log-files.js";

const DAY_MS = 86_400_000;
const NOON = Date.parse("2026-03-10T12:00:00Z");

let folder: string;
let now = NOON;
let name: string;
beforeEach(() => {
  name = "node";
  folder = mkdtempSync(join(tmpdir(), "rojob-log-files-"));
  now = NOON;
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (ttlMs = 0) => new LogFiles({ folder, name: () => name, ttlMs, now: () => now });
const text = (file: string) => readFileSync(join(folder, file));

test("a day's lines are in a file of their own, and the days before are compressed", async () => {
  const files = open();
  files.write("one\n");
  now += DAY_MS;
  files.write("two\n");
  await files.tidied();
  expect(readdirSync(folder).sort()).toEqual(["node-2026-03-10.log.gz", "node-2026-03-11.log"]);
  expect(gunzipSync(text("node-2026-03-10.log.gz")).toString()).toBe("one\n");
  expect(text("node-2026-03-11.log").toString()).toBe("two\n");
});

test("when the name becomes known what follows is in a file of that name", async () => {
  const files = open();
  files.write("one\n");
  name = "node-8787";
  files.write("two\n");
  await files.tidied();
  expect(readdirSync(folder).sort()).toEqual(["node-2026-03-10.log", "node-8787-2026-03-10.log"]);
  expect(text("node-8787-2026-03-10.log").toString()).toBe("two\n");
});

test("what is older than its time is removed, what belongs to others stays", async () => {
  const old = ["node-2026-03-01.log.gz", "node-2026-03-02.log"];
  const others = ["node-8-2026-03-01.log", "other-2026-03-01.log", "node-notes.log"];
  for (const file of [...old, ...others, "node-2026-03-08.log", "node-2026-03-09.log.gz.part"])
    writeFileSync(join(folder, file), "x");
  await open(3 * DAY_MS).tidied();
  expect(readdirSync(folder).sort()).toEqual([...others, "node-2026-03-08.log.gz", "node-2026-03-10.log"].sort());
});

test("a node that starts again goes on in the file of the day", async () => {
  open().write("first life\n");
  open().write("second life\n");
  expect(text("node-2026-03-10.log").toString()).toBe("first life\nsecond life\n");
});

test("when the file cannot be written the lines go to the standard error output, until it can be again", async () => {
  const files = open();
  const said: string[] = [];
  const fs = await import("../../service/base/files/write-all.js");
  const stderr = vi.spyOn(fs, "writeToReader").mockImplementation((_fd, line) => void said.push(line));
  rmSync(folder, { recursive: true });
  now += DAY_MS;
  files.write("lost folder\n");
  files.write("still\n");
  stderr.mockRestore();
  expect(said.join("")).toMatch(/^the log file of 2026-03-11 cannot be written: ENOENT.*\nlost folder\nstill\n$/s);
  const { mkdirSync } = await import("node:fs");
  mkdirSync(folder);
  now += 10_001;
  files.write("back\n");
  expect(text("node-2026-03-11.log").toString()).toBe("back\n");
});

test("a file is kept for all of its time after its day has ended, to the millisecond", async () => {
  for (const [afterMs, isKept] of [
    [3 * DAY_MS, true],
    [3 * DAY_MS + 1, false],
  ] as const) {
    writeFileSync(join(folder, "node-2026-03-05.log.gz"), "x");
    now = Date.parse("2026-03-06T00:00:00Z") + afterMs;
    await open(3 * DAY_MS).tidied();
    expect([afterMs, readdirSync(folder).includes("node-2026-03-05.log.gz")]).toEqual([afterMs, isKept]);
  }
});

test("nothing is removed for its age when no time was set", async () => {
  writeFileSync(join(folder, "node-1999-01-01.log"), "x");
  await open(0).tidied();
  expect(readdirSync(folder).sort()).toEqual(["node-1999-01-01.log.gz", "node-2026-03-10.log"]);
});

test("the file of the day stays as it is until the day is over, and one of a day without lines goes", async () => {
  const files = open();
  files.write("one\n");
  now = Date.parse("2026-03-10T23:59:59.999Z");
  files.write("two\n");
  await open().tidied();
  expect(readdirSync(folder)).toEqual(["node-2026-03-10.log"]);
  now += 1;
  files.write("three\n");
  await files.tidied();
  expect(readdirSync(folder).sort()).toEqual(["node-2026-03-10.log.gz", "node-2026-03-11.log"]);
  expect(gunzipSync(text("node-2026-03-10.log.gz")).toString()).toBe("one\ntwo\n");
  // A day on which nothing is written leaves no file.
  const quiet = open();
  now += DAY_MS;
  quiet.write("four\n");
  now += DAY_MS;
  rmSync(join(folder, "node-2026-03-12.log"));
  writeFileSync(join(folder, "node-2026-03-12.log"), "");
  await open().tidied();
  expect(readdirSync(folder)).not.toContain("node-2026-03-12.log.gz");
});
