import { onTestFinished } from "vitest";
import { LocalDispatcher } from "../../service/dispatch/dispatcher.js";
import { RunIds } from "../../service/dispatch/run-ids.js";
import type { RunRecord } from "../../service/model/record.js";
import { createNodeRuns } from "../../service/runs/create-node-runs.js";
import type { NodeRuns, WantedRun } from "../../service/runs/index.js";
import { createStore } from "../../service/store/index.js";
import { createPool, type Pool } from "../../service/workers/index.js";
import { PATIENCE_MS } from "../patience.js";
import { noteLog } from "./work-folder.js";

/** The runs of a node with everything below them, without HTTP. */
export interface TestRuns {
  runs: NodeRuns;
  pool: Pool;
  /** Log lines. */
  lines: ReturnType<typeof noteLog>["lines"];
  /** Runs it asynchronously to its end, and gives its record. */
  finish(wanted: WantedRun): Promise<RunRecord>;
  /** As a node stops. */
  stop(graceMs?: number): Promise<void>;
}

export interface TestRunsOptions {
  workers?: number;
  /** Longest time that runs get when the node stops, ms. */
  config?: { IDEMPOTENCYTTL?: number; CALLBACKHOSTS?: string };
  policy?: Partial<ConstructorParameters<typeof LocalDispatcher>[1]>;
}

export async function startRuns(
  work: string,
  { workers = 1, config, policy }: TestRunsOptions = {},
): Promise<TestRuns> {
  const { lines, log } = noteLog();
  const node = (): string => "tests:1";
  const pool = createPool({
    workers,
    spares: 2,
    isolation: "context",
    jobTimeoutMs: PATIENCE_MS,
    jobMemoryMb: 256,
    maxResultBytes: 1_000_000,
    cwd: work,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    onOutput: (uuid, _stream, line) => runs.output(uuid, line),
    log: { ...log, debug: () => undefined },
    makeRojob: (uuid) => ({ UUID: uuid }),
  });
  const dispatcher = new LocalDispatcher(
    pool,
    { FORK: false, MAXFORKS: 0, BACKLOG: 100, BACKLOGTIMEOUT: PATIENCE_MS, ...policy },
    node,
  );
  const store = createStore({ workFolder: work, node, resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log });
  const runs = createNodeRuns({
    config: { WORK: work, IDEMPOTENCYTTL: 3600, CALLBACKHOSTS: undefined, ...config },
    apiKey: "key-of-the-tests",
    node,
    ids: new RunIds("tests", () => 1),
    dispatcher,
    kill: (uuid) => pool.kill(uuid),
    store,
    log,
  });
  await store.start();
  await pool.start();
  await runs.start();
  let stopped: Promise<void> | undefined;
  const stop = (graceMs = 0): Promise<void> =>
    (stopped ??= (async () => {
      runs.drain();
      dispatcher.drain();
      await pool.drain(graceMs);
      await runs.close();
      await pool.close();
    })());
  onTestFinished(() => stop());
  return {
    runs,
    pool,
    lines,
    stop,
    async finish(wanted) {
      const { record } = await runs.submit(wanted);
      return (await runs.wait(record.uuid, 60_000))!;
    },
  };
}

/** A wish for a run of one job. */
export function job(
  exec: string,
  given: Omit<Partial<WantedRun>, "settings"> & { settings?: Partial<WantedRun["settings"]> } = {},
) {
  const text = JSON.stringify({ jobs: [{ name: "A", exec }], todo: ["A"] });
  const wanted: WantedRun = {
    file: "ojob",
    text,
    args: {},
    by: "127.0.0.1",
    ...given,
    settings: { async: false, unique: false, ...given.settings },
  };
  return wanted;
}

/** Code that goes on until a file is there. */
export function untilFile(file: string): string {
  return `while (!io.fileExists(${JSON.stringify(file)})) sleep(20, true)`;
}
