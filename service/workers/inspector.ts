import type { RunRequest } from "../runtime/base/host.js";
import type { Answers, Query } from "../runtime/inspect/queries.js";
import { prepareEnvironment } from "./environment.js";
import { bundleRuntimeFromSource } from "./runtime-script.js";

/** Folders in which file names are looked up. */
export interface InspectorOptions {
  /** Working folder; absolute. */
  cwd: string;
  env: Record<string, string>;
  /** The node's folder of service functions. */
  runFolder?: string;
}

/** An environment that answers queries about job files, and never executes one. */
export interface Inspector {
  ask<Q extends Query>(query: Q): Answers[Q["what"]];
  close(): void;
}

/**
 * Prepares an environment for queries (`runtime/inspect`).
 *
 * It answers any number of queries, except for documents: as in a run, a file that was loaded once gives no jobs again.
 */
export async function createInspector({ cwd, env, runFolder }: InspectorOptions): Promise<Inspector> {
  await bundleRuntimeFromSource();
  const environment = prepareEnvironment();
  const request: RunRequest = { uuid: "inspected", text: "", file: "", args: {}, shareArgs: true, runFolder };
  const requestJson = JSON.stringify(request);
  const options = {
    cwd,
    env,
    // Nothing is executed: the answer has all messages of loading.
    write: () => undefined,
    exit: (): never => {
      throw new Error("nothing is run here");
    },
  };
  return {
    ask: (query) => JSON.parse(environment.inspect(JSON.stringify(query), requestJson, options), withDates),
    close: () => void environment.close(),
  };
}

/** Dates cross as `{ "$date": ms }`. */
function withDates(_key: string, value: unknown): unknown {
  const ms = (value as { $date?: unknown } | null)?.$date;
  return typeof ms === "number" ? new Date(ms) : value;
}
