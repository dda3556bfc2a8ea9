import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { LogFiles } from "../../service/base/log/log-files.js";
import { type LogLine, RepeatedLines } from "../../service/base/log/log-repeats.js";
import { createLogger, type Logger } from "../../service/base/log/logger.js";
import { loadConfig } from "../../service/config/index.js";

/** A trouble that everything runs into is some lines of the log, not one for each who did. */

const ERROR = 50;
const full = (file: string) =>
  Object.assign(new Error(`ENOSPC: no space left on device, open '${file}'`), { code: "ENOSPC" });

function logged(use: (log: Logger) => void): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "rojob-log-"));
  try {
    const { config } = loadConfig({ argv: [`LOG=${folder}`], env: {}, cwd: folder });
    const log = createLogger(config);
    use(log);
    log.flush();
    return readFileSync(path.join(folder, readdirSync(folder)[0]!), "utf8")
      .trimEnd()
      .split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What ten minutes of a clock of our own log. */
class Clock {
  nowMs = 0;
  readonly written: LogLine[] = [];
  readonly lines = new RepeatedLines(
    (line) => this.written.push(line),
    () => this.nowMs,
  );

  log(message: string, fields: Record<string, unknown> = {}): void {
    const line = { level: ERROR, fields, message };
    if (this.lines.take(line)) this.written.push(line);
  }

  pass(ms: number): void {
    for (const end = this.nowMs + ms; this.nowMs < end; this.nowMs += 1000) this.lines.checkAll();
  }
}

test("ten thousand errors of a full disk, each of another run, are three lines", () => {
  const lines = logged((log) => {
    for (let run = 0; run < 10_000; run++)
      log.error(
        { uuid: `host-8787-${run}`, err: full(`/work/.rojob/${run}.result`) },
        "the end of a run could not be kept",
      );
  });
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain("host-8787-0");
});

test("the others are counted: told each minute, and when it is over", () => {
  const clock = new Clock();
  for (let second = 0; second < 600; second++) {
    for (let n = 0; n < 20; n++) clock.log("no space", { uuid: `run-${second}`, err: full(`/x/${second}`) });
    clock.pass(1000);
  }
  clock.pass(30_000);
  const told = clock.written.filter(({ fields }) => "times" in fields);
  expect(clock.written).toHaveLength(3 + told.length);
  expect(told.length).toBeGreaterThanOrEqual(10);
  expect(told.length).toBeLessThanOrEqual(11);
  expect(told.slice(0, -1).every(({ message }) => message === "continues: no space")).toBe(true);
  expect(told.at(-1)).toMatchObject({ level: ERROR, message: "over: no space", fields: { times: 12_000 } });
  expect(told.reduce((sum, { fields }) => sum + Number(fields.notShown), 0)).toBe(12_000 - 3);
  expect((told[0]!.fields.uuids as string[]).length).toBeLessThanOrEqual(10);
});

test("after its end a trouble begins anew, with its lines", () => {
  const clock = new Clock();
  for (let n = 0; n < 10; n++) clock.log("away");
  clock.pass(30_000);
  for (let n = 0; n < 10; n++) clock.log("away");
  expect(clock.written.filter(({ message }) => message === "away")).toHaveLength(6);
  expect(clock.written.filter(({ message }) => message === "over: away")).toHaveLength(1);
});

test("troubles of other kinds, causes and levels do not hide each other", () => {
  const clock = new Clock();
  for (let n = 0; n < 100; n++) {
    clock.log("a");
    clock.log("b");
    clock.log("a", { err: full("/x") });
    clock.log("a", { err: new Error("something else") });
  }
  expect(clock.written).toHaveLength(12);
});

test("lines that are no trouble, and what nobody may miss, are all written", () => {
  const lines = logged((log) => {
    for (let n = 0; n < 100; n++) log.info({ n }, "run ended");
    for (let n = 0; n < 10; n++) log.fatal("it is over");
  });
  expect(lines).toHaveLength(110);
});

test("a node that ends tells what it has counted", () => {
  const clock = new Clock();
  for (let n = 0; n < 10; n++) clock.log("away");
  clock.lines.end();
  expect(clock.written.at(-1)).toMatchObject({ message: "continues: away", fields: { notShown: 7 } });
});

test("kinds without number are bounded", () => {
  const clock = new Clock();
  for (let n = 0; n < 3000; n++) clock.log(`kind ${String.fromCharCode(0x4e00 + n)}`);
  expect(clock.written).toHaveLength(3000);
  clock.pass(30_000);
  clock.log("kind again");
  expect(clock.written).toHaveLength(3001);
});

test("a log file that cannot be written is told once, and when it can be again", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "rojob-log-"));
  const said: string[] = [];
  const stderr = vi
    .spyOn(await import("../../service/base/files/write-all.js"), "writeToReader")
    .mockImplementation((_fd, line) => void said.push(line));
  let now = Date.UTC(2026, 2, 10, 12);
  try {
    const files = new LogFiles({ folder: path.join(folder, "log"), name: () => "node", ttlMs: 0, now: () => now });
    now += 86_400_000; // a file of a new day, whose folder is gone
    rmSync(path.join(folder, "log"), { recursive: true });
    for (let n = 0; n < 50; n++) {
      now += 11_000;
      files.write(`line ${n}\n`);
    }
    mkdirSync(path.join(folder, "log"));
    now += 11_000;
    files.write("back\n");
  } finally {
    stderr.mockRestore();
    rmSync(folder, { recursive: true, force: true });
  }
  const all = said.join("");
  expect(all.match(/cannot be written/g)).toHaveLength(1);
  expect(all.match(/^line \d+$/gm)).toHaveLength(50);
  expect(all).toMatch(/the log file is writable again after 50 attempts\n$/);
});
