import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apiKeyFile, resolveApiKey } from "../../service/config/api-key.js";

let WORK: string;
beforeEach(() => {
  WORK = join(mkdtempSync(join(tmpdir(), "rojob-key-")), "work");
});
afterEach(() => rmSync(join(WORK, ".."), { recursive: true }));

const resolve = (more: { APIKEY?: string; PRIVATE?: boolean } = {}) =>
  resolveApiKey({ APIKEY: undefined, PRIVATE: false, WORK, ...more });

test("without a key one is generated, kept for its owner only, and used again", () => {
  const first = resolve();
  expect(first).toMatchObject({ source: "generated", file: join(WORK, ".rojob", "apikey"), warnings: [] });
  expect(first.apiKey).toMatch(/^[A-Za-z0-9_-]{32}$/);
  expect(readFileSync(first.file!, "utf8")).toBe(`${first.apiKey}\n`);
  expect(statSync(first.file!).mode & 0o777).toBe(0o600);
  expect(resolve()).toEqual({ apiKey: first.apiKey, source: "kept", file: first.file, warnings: [] });
  expect(readdirSync(join(WORK, ".rojob"))).toEqual(["apikey"]);
});

test("a key that is given is used and not kept", () => {
  expect(resolve({ APIKEY: "mine" })).toEqual({ apiKey: "mine", source: "option", warnings: [] });
  expect(() => statSync(WORK)).toThrow("ENOENT");
});

test("PRIVATE asks for no key and keeps none", () => {
  expect(resolve({ PRIVATE: true })).toEqual({ source: "private", warnings: [] });
  expect(() => statSync(WORK)).toThrow("ENOENT");
});

test("a kept key that others can read is used, with a warning that says how to close it", () => {
  const { file } = resolve();
  chmodSync(file!, 0o644);
  expect(resolve().warnings).toEqual([`${file} can be read by other users of this machine; run: chmod 600 ${file}`]);
});

test.each(["", "two words\n", "a\nb\n"])("a file that holds no key is an error, not an open door: %j", (text) => {
  mkdirSync(join(WORK, ".rojob"), { recursive: true });
  writeFileSync(apiKeyFile(WORK), text, { mode: 0o600 });
  expect(() => resolve()).toThrow(/apikey: must contain the API key .*; delete the file to generate a new key/);
});

test("nodes that start at the same moment on one work folder end up with the same key", () => {
  const script = `
    import { resolveApiKey } from ${JSON.stringify(new URL("../../service/config/api-key.ts", import.meta.url).href)};
    const keys = await Promise.all([1, 2, 3].map(async () => resolveApiKey({ PRIVATE: false, WORK: ${JSON.stringify(WORK)} })));
    console.log(JSON.stringify(keys.map((key) => key.apiKey)));`;
  const pair = `for i in 1 2; do "$0" --import tsx --input-type=module -e "$1" & done; wait`;
  const { stdout, stderr } = spawnSync("sh", ["-c", pair, process.execPath, script], { encoding: "utf8" });
  expect(stderr).toBe("");
  const keys = stdout
    .trim()
    .split("\n")
    .flatMap((line) => JSON.parse(line) as string[]);
  expect(keys).toHaveLength(6);
  expect(new Set(keys).size).toBe(1);
});
