import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pino } from "pino";
import { onTestFinished, vi } from "vitest";
import type { RunRecord } from "../../service/model/record.js";
import { createStore, type FileStoreOptions, type RunStore } from "../../service/store/index.js";
import { PATIENCE_MS } from "../patience.js";
import { ended, makeRecord, makeRun } from "./runs.js";

export { ended, makeRecord, makeRun } from "./runs.js";

export interface TestStore extends RunStore {
  /** Writes a record that follows what was last written with it. */
  change(record: RunRecord, isDurable: boolean): Promise<number | undefined>;
  /** Ends a run after what was last written with {@link change}. */
  finish(record: RunRecord, result: string): Promise<boolean>;
  /** `WORK/.rojob`. */
  root: string;
  workFolder: string;
  /** Events of its log, as they were written. */
  events: { level: number; msg: string; [field: string]: unknown }[];
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "rojob-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a folder of its own, or in the given one; closed when the test ends. */
export async function startStore(options: Partial<FileStoreOptions> = {}): Promise<TestStore> {
  const workFolder = options.workFolder ?? temporaryFolder();
  const events: TestStore["events"] = [];
  const store = createStore({
    workFolder,
    node: () => "127.0.0.1:8787",
    resultTtlMs: 0,
    logTtlMs: 0,
    keepRuns: 0,
    log: pino({ level: "debug" }, { write: (line: string) => void events.push(JSON.parse(line)) }),
    ...options,
  });
  onTestFinished(() => store.close());
  await store.start();
  const fences = new Map<string, number>();
  return Object.assign(store, {
    root: path.join(workFolder, ".rojob"),
    workFolder,
    events,
    async change(record: RunRecord, isDurable: boolean) {
      const fence = await store.write(record, fences.get(record.uuid) ?? 0, { isDurable });
      if (fence !== undefined) fences.set(record.uuid, fence);
      return fence;
    },
    finish: (record: RunRecord, result: string) => store.end(record, result, fences.get(record.uuid) ?? 0),
  });
}

/** Accepts and ends a run. */
export async function runOne(
  store: TestStore,
  values: Partial<RunRecord> = {},
  result = '{"x":1}',
): Promise<RunRecord> {
  const run = makeRun(values);
  await store.accept(run);
  const record = ended(run.record, values.state === undefined ? {} : { state: values.state });
  await store.finish(record, result);
  return record;
}

/** Names in a folder, sorted; the folders of the store left out. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** Writes ended runs as files, as a node of former days has left them. @returns their records, oldest first */
export function plantRuns(workFolder: string, runs: readonly Partial<RunRecord>[]): RunRecord[] {
  const root = path.join(workFolder, ".rojob");
  mkdirSync(path.join(root, "runs"), { recursive: true });
  return runs.map((values) => {
    const record = ended(makeRecord(values), { resultBytes: 2 });
    writeFileSync(path.join(root, "runs", `${record.uuid}.json`), JSON.stringify(record));
    writeFileSync(path.join(root, `${record.uuid}.result`), "{}");
    return record;
  });
}

/** Tries until it passes: machines may be slow, timers late. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: 50 });
}
