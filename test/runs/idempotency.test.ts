import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import { IdempotencyKeys, type IdempotencyOptions, readIdempotencyKey } from "../../service/runs/idempotency.js";
import { type VersionStore, Versions } from "../../service/store/versions.js";
import { PATIENCE_MS } from "../patience.js";
import { noteLog, startOther, workFolder } from "./work-folder.js";

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => void vi.useRealTimers());

function idempotencyKeys(folder: string, options: Partial<IdempotencyOptions> = {}) {
  const runs = new Set<string>();
  const keys = new IdempotencyKeys({
    workFolder: folder,
    ttlMs: 60_000,
    log: noteLog().log,
    isKnown: async (uuid) => runs.has(uuid),
    ...options,
  });
  onTestFinished(() => keys.close());
  const accept = (uuid: string) => async () => void runs.add(uuid);
  return Object.assign(keys, { runs, accept });
}

/** Every file with a version of a key. */
function files(folder: string): string[] {
  const root = join(folder, ".rojob", "idempotency");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => join(root, name))
    .filter((file) => statSync(file).isFile());
}

const refused = (code: string, status: number) =>
  expect.objectContaining({ name: "ServiceError", code, status }) as unknown as ServiceError;

test("the same key and payload give the first run, again and again", async () => {
  const keys = idempotencyKeys(workFolder());
  expect(await keys.once("k", "p", "u-1", keys.accept("u-1"))).toEqual({ uuid: "u-1", isNew: true });
  const never = () => Promise.reject(new Error("was accepted twice"));
  expect(await keys.once("k", "p", "u-2", never)).toEqual({ uuid: "u-1", isNew: false });
  keys.runs.clear(); // the run is not kept any more: it is not run again for that
  expect(await keys.once("k", "p", "u-3", never)).toEqual({ uuid: "u-1", isNew: false });
  expect(await keys.once("k2", "p", "u-4", keys.accept("u-4"))).toEqual({ uuid: "u-4", isNew: true });
});

test("a request in the very moment a run becomes accepted gets that run", async () => {
  const keys = idempotencyKeys(workFolder());
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  for (let round = 0; round < 30; round++) {
    const ask = async (_: unknown, at: number) => {
      await pause(Math.random() * 10);
      return keys.once(`k${round}`, "p", `u-${round}-${at}`, () => pause(2));
    };
    const claims = await Promise.all(Array.from({ length: 30 }, ask));
    expect(new Set(claims.map(({ uuid }) => uuid)).size).toBe(1);
    expect(claims.filter(({ isNew }) => isNew)).toHaveLength(1);
  }
});

test("the same key with another payload is refused", async () => {
  const keys = idempotencyKeys(workFolder());
  await keys.once("k", "p", "u-1", keys.accept("u-1"));
  await expect(keys.claim("k", "other", "u-2")).rejects.toEqual(refused("idempotency_key_reused", 422));
});

test("fifty posts at the same moment, to two nodes, give one run", async () => {
  const folder = workFolder();
  const nodes = [idempotencyKeys(folder), idempotencyKeys(folder)];
  const accepted: string[] = [];
  const claims = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      nodes[index % 2]!.once("k", "p", `u-${index}`, async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        accepted.push(`u-${index}`);
      }),
    ),
  );
  expect(accepted).toHaveLength(1);
  expect(new Set(claims.map(({ uuid }) => uuid))).toEqual(new Set(accepted));
  expect(claims.filter(({ isNew }) => isNew)).toHaveLength(1);
});

test("processes that race with the same keys agree on the run of each", async () => {
  const folder = workFolder();
  const others = await Promise.all(Array.from({ length: 3 }, () => startOther("other-idempotency.ts", folder)));
  for (let round = 0; round < 20; round++) {
    const claims = await Promise.all(others.map((other, index) => other.ask(`once k-${round} p u-${round}-${index}`)));
    expect(claims.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(claims.map(({ uuid }) => uuid)).size).toBe(1);
  }
  expect(readdirSync(folder).filter((name) => name.startsWith("u-"))).toHaveLength(20);
});

test("the key of a run that was refused is free again", async () => {
  const keys = idempotencyKeys(workFolder());
  const full = new ServiceError("busy");
  await expect(keys.once("k", "p", "u-1", () => Promise.reject(full))).rejects.toBe(full);
  expect(await keys.once("k", "another", "u-2", keys.accept("u-2"))).toEqual({ uuid: "u-2", isNew: true });
});

test("a key whose refusal cannot be noted while the disk is full is free again when there is space", async () => {
  const versions = new Versions(workFolder(), true);
  let isFull = true;
  const rewrite: VersionStore["rewrite"] = async (...args) => {
    if (isFull) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    return versions.rewrite(...args);
  };
  const whileFull: VersionStore = {
    newest: (name) => versions.newest(name),
    add: (...args) => versions.add(...args),
    now: () => versions.now(),
    clean: (...args) => versions.clean(...args),
    rewrite,
  };
  const keys = idempotencyKeys(workFolder(), { versions: whileFull });
  const refusal = new ServiceError("storage_full", { reason: "the test says so" });
  await expect(keys.once("k", "p", "u-1", () => Promise.reject(refusal))).rejects.toBe(refusal);
  isFull = false;
  expect(await keys.once("k", "p", "u-2", keys.accept("u-2"))).toEqual({ uuid: "u-2", isNew: true });
});

test("a node that dies between claim and acceptance leaves a key that can be claimed again", async () => {
  const folder = workFolder();
  const other = await startOther("other-idempotency.ts", folder);
  expect(await other.ask("claim k p u-1")).toEqual({ uuid: "u-1", isNew: true });
  const keys = idempotencyKeys(folder, { maxWaitMs: 200 });
  await expect(keys.claim("k", "p", "u-2")).rejects.toEqual(refused("idempotency_key_busy", 409));
  await other.kill();
  // These may wait for each other as long as it takes.
  const after = idempotencyKeys(folder);
  const claims = await Promise.all(["u-2", "u-3", "u-4"].map((uuid) => after.once("k", "p", uuid, after.accept(uuid))));
  expect(claims.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(new Set(claims.map(({ uuid }) => uuid)).size).toBe(1);
});

test("a node that dies right after acceptance leaves a key that stands for its run", async () => {
  const folder = workFolder();
  const other = await startOther("other-idempotency.ts", folder);
  await other.ask("claim k p u-1");
  await other.ask("run k u-1");
  await other.kill();
  const keys = idempotencyKeys(folder);
  keys.runs.add("u-1");
  expect(await keys.claim("k", "p", "u-2")).toEqual({ uuid: "u-1", isNew: false });
  await expect(keys.claim("k", "other", "u-2")).rejects.toEqual(refused("idempotency_key_reused", 422));
});

test("a key outlives its node, and is free again after its time", async () => {
  const folder = workFolder();
  const first = idempotencyKeys(folder, { ttlMs: 600_000 });
  await first.once("k", "p", "u-1", first.accept("u-1"));
  const second = idempotencyKeys(folder, { ttlMs: 600_000 });
  expect(await second.claim("k", "p", "u-2")).toEqual({ uuid: "u-1", isNew: false });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 600_001 });
  const claims = await Promise.all(
    ["u-3", "u-4", "u-5"].map((uuid) => second.once("k", "new", uuid, second.accept(uuid))),
  );
  expect(claims.filter(({ isNew }) => isNew)).toHaveLength(1);
});

test("the key itself is not kept, only what stands for it", async () => {
  const folder = workFolder();
  const keys = idempotencyKeys(folder);
  await keys.once("my-secret-key", "p", "u-1", keys.accept("u-1"));
  const [file, ...more] = files(folder);
  expect(more).toEqual([]);
  expect(file + readFileSync(file!, "utf8")).not.toContain("my-secret-key");
  expect(statSync(file!).mode & 0o077).toBe(0);
});

test("a half written file is as good as none", async () => {
  const folder = workFolder();
  const keys = idempotencyKeys(folder);
  await keys.once("k", "p", "u-1", keys.accept("u-1"));
  writeFileSync(files(folder)[0]!, '{"uuid":"u-');
  expect(await keys.once("k", "p", "u-2", keys.accept("u-2"))).toEqual({ uuid: "u-2", isNew: true });
  expect(files(folder)).toHaveLength(1);
});

test("keys that are long over are removed in the background, others stay", async () => {
  const folder = workFolder();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const keys = idempotencyKeys(folder);
  for (let index = 0; index < 40; index++) await keys.once(`k-${index}`, "p", `u-${index}`, keys.accept(`u-${index}`));
  const old = new Date(Date.now() - 2 * 3_600_000);
  for (const file of files(folder).slice(0, 30)) utimesSync(file, old, old);
  vi.advanceTimersByTime(256 * 60_000);
  await vi.waitFor(() => expect(files(folder)).toHaveLength(10), { timeout: PATIENCE_MS });
});

test.each([
  ['"8e03978e-40d5"', "8e03978e-40d5"],
  ["8e03978e-40d5", "8e03978e-40d5"],
  ['"with \\"quotes\\" and \\\\"', 'with "quotes" and \\'],
  [` ${"x".repeat(255)} `, "x".repeat(255)],
])("the header %j means a key", (header, key) => {
  expect(readIdempotencyKey(header)).toBe(key);
});

test.each(["", '""', "x".repeat(256), "a\nb", "ü", '"open', 'a"b', '"a"b"'])("the header %j is refused", (header) => {
  const keys = idempotencyKeys(workFolder());
  expect(() => readIdempotencyKey(header)).toThrow("1 to 255 printable ASCII characters");
  return expect(keys.claim(header, "p", "u-1")).rejects.toEqual(refused("bad_idempotency_key", 400));
});
