import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLogger, type Logger } from "../../service/base/log/logger.js";
import { loadConfig } from "../../service/config/index.js";

let LOG: string;
beforeEach(() => {
  LOG = mkdtempSync(join(tmpdir(), "rojob-log-"));
});
afterEach(() => rmSync(LOG, { recursive: true }));

/** Content of a node's log file after `use`. */
function logged(argv: string[], use: (log: Logger) => void, secrets: string[] = []): string {
  const { config } = loadConfig({ argv: [`LOG=${LOG}`, ...argv], env: {}, cwd: LOG });
  const log = createLogger(config, secrets);
  use(log);
  log.flush();
  const [file, ...others] = readdirSync(LOG);
  expect(file).toMatch(/^rojob-localhost-8787-\d{4}-\d\d-\d\d\.log$/);
  expect(others).toEqual([]);
  return readFileSync(join(LOG, file!), "utf8");
}

test("a text line is time, level, message and fields", () => {
  const text = logged([], (log) => log.info({ uuid: "a-1", ms: 3, text: "two words", list: [1] }, "run ended"));
  expect(text).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO run ended uuid=a-1 ms=3 text="two words" list=\[1\]\n$/,
  );
});

test("what a job prints cannot forge a line of the log", () => {
  const text = logged([], (log) => log.warn({ line: "x\n2026 ERROR\u2028\u009b31m", "k\ney": "v" }, "from\na job"));
  expect(text.split("\n")).toHaveLength(2);
  expect(text).toContain('WARN from\\na job line="x\\n2026 ERROR\\u2028\\u009b31m" k\\ney=v');
});

test("an error is logged with its message and stack, on one line", () => {
  const text = logged([], (log) => log.error({ err: new Error("it broke") }, "failed"));
  expect(text).toMatch(/ERROR failed err="it broke" stack="Error: it broke\\n .*"\n$/);
});

test("a JSON line is an object with time, level and msg", () => {
  const line = JSON.parse(logged(["LOGFORMAT=json"], (log) => log.info({ a: 1 }, "hello"))) as object;
  expect(line).toEqual({ level: "info", time: expect.stringMatching(/^\d{4}-.*Z$/), a: 1, msg: "hello" });
});

test.each(["text", "json"])("secrets do not reach a %s log, by field nor by value", (format) => {
  const text = logged(
    [`LOGFORMAT=${format}`, 'APIKEY=se"cret\\key0123'],
    (log) => {
      log.info({ apiKey: "one-secret", request: { authorization: "two-secret" } }, 'given se"cret\\key0123');
      log.info({ line: 'in a field se"cret\\key0123' }, "generated-secret");
    },
    ["generated-secret"],
  );
  expect(text).not.toMatch(/cret\\+key0123|one-secret|two-secret|generated-secret/);
  expect(text.match(/\[redacted\]/g)).toHaveLength(5);
});

test("events below LOGLEVEL are left out", () => {
  const use = (log: Logger) => {
    log.info("no");
    log.warn("yes");
  };
  expect(logged(["LOGLEVEL=warn"], use)).toMatch(/^\S+ WARN yes\n$/);
});

test("a log folder that cannot be is an error at once", () => {
  writeFileSync(join(LOG, "file"), "");
  expect(() => logged([`LOG=${join(LOG, "file")}`], () => undefined)).toThrow(/EEXIST|ENOTDIR/);
});
