import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { wholeText } from "../../service/base/json/json-text.js";
import type { RunReply, RunSpec } from "../../service/model/run.js";
import { createPool, type Pool, type PoolOptions } from "../../service/workers/index.js";
import { PATIENCE_MS } from "../patience.js";

/** A pool with a working folder of its own, and everything it said. */
export interface TestPool {
  pool: Pool;
  folder: string;
  /** `uuid stream line` of every line of output. */
  output: { uuid: string; stream: number; line: string }[];
  /** Every log message with its fields. */
  logged: { level: string; message: string; fields: Record<string, unknown> }[];
  /** Runs the code of one job (or a whole document) as soon as a worker is free. */
  run(oJob: string | object, spec?: Partial<RunSpec>): Promise<RunReply>;
  close(): Promise<void>;
}

let lastRun = 0;

export async function startPool(given: Partial<PoolOptions> = {}): Promise<TestPool> {
  const folder = mkdtempSync(path.join(tmpdir(), "rojob-pool-"));
  const output: TestPool["output"] = [];
  const logged: TestPool["logged"] = [];
  const log =
    (level: string) =>
    (first: unknown, message?: string): void => {
      const isText = typeof first === "string";
      logged.push({
        level,
        message: isText ? first : message!,
        fields: isText ? {} : (first as Record<string, unknown>),
      });
    };
  const pool = createPool({
    workers: 1,
    spares: 2,
    isolation: "context",
    jobTimeoutMs: PATIENCE_MS,
    jobMemoryMb: 256,
    maxResultBytes: 1_000_000,
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ROJOB_TEST: "from the node" },
    onOutput: (uuid, stream, line) => output.push({ uuid, stream, line }),
    log: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") } as PoolOptions["log"],
    makeRojob: (uuid) => ({ uuid }),
    ...given,
  });
  await pool.start();
  return {
    pool,
    folder,
    output,
    logged,
    async run(oJob, spec = {}) {
      const doc = typeof oJob === "string" ? { jobs: [{ name: "job", exec: oJob }], todo: ["job"] } : oJob;
      const full: RunSpec = {
        uuid: `test-${process.pid}-${++lastRun}`,
        text: JSON.stringify(doc),
        file: "test",
        args: {},
        ...spec,
      };
      return (await whenFree(pool, () => pool.tryRun(full)))!;
    },
    async close() {
      await pool.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Calls `take` until it gives something, each time a worker became free. */
function whenFree<T>(pool: Pool, take: () => Promise<T> | undefined): Promise<T> {
  return new Promise((resolve) => {
    const attempt = (): void => {
      const taken = take();
      if (taken === undefined) return;
      stop();
      resolve(taken);
    };
    const stop = pool.onFree(attempt);
    attempt();
  });
}

/** The result map of a run. */
export function resultOf(reply: RunReply): any {
  return JSON.parse(wholeText(reply.result));
}

/** All error texts of a run. */
export function errorsOf(reply: RunReply): string {
  return reply.errors.map((error) => error.error.join("\n")).join("\n");
}

/** Is a process of this id alive, and not only waiting to be taken note of? */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false; // there is none
  }
}

/** Waits until `test` holds. */
export async function eventually(test: () => boolean, what: string, timeoutMs = PATIENCE_MS): Promise<void> {
  const untilMs = Date.now() + timeoutMs;
  while (!test()) {
    if (Date.now() > untilMs) throw new Error(`still not after ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
