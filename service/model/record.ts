import type { JsonText } from "../base/json/json-text.js";
import type { RawJson } from "../base/json/raw-json.js";
import type { JobError } from "../runtime/base/host.js";
import type { RunEnd, RunState, TriedRung } from "./run.js";

/** Record of a run: everything but its oJob's text, its result and its log. All times in ms since the epoch. */
export interface RunRecord {
  uuid: string;
  state: RunState;
  /** `rojob.name` of the oJob. */
  name?: string;
  /** The oJob: a path below the run folder, or `ojob` for a posted one. */
  file: string;
  /** SHA-256 of the oJob's text, hex. */
  sourceHash: string;
  /** With the values of secrets masked, see `maskSecrets`; large ones are cut, see `shownArgs`. */
  args: Record<string, unknown>;
  /** Origin of the request: an address, `schedule NAME`, `init NAME`, `run UUID`. */
  by: string;
  isAsync: boolean;
  /** `host:port` of the node that accepted it, or has taken it over after the death of that one. */
  node: string;
  /** Its route, as in `x-rojob-route`. */
  route?: string;
  /** Rungs of the ladder that were tried, in order. */
  tried?: TriedRung[];
  /** Higher is sooner; 0 unless `rojob.priority` says otherwise. */
  priority: number;
  timeoutMs?: number;
  /** Most further attempts when its node or worker dies, or its jobs fail. */
  retries: number;
  /** Number of starts. */
  attempt: number;
  /** Earliest time of the start. */
  notBefore?: number;
  acceptedAt: number;
  /** Time at which a worker was reserved for it. */
  claimedAt?: number;
  startedAt?: number;
  endedAt?: number;
  errors: JobError[];
  endedBy?: RunEnd;
  exitCode?: number;
  /**
   * Names of arguments that did not become environment variables of processes, because they would change how programs
   * work.
   */
  refusedEnv?: string[];
  /** Size of the result as JSON text. */
  resultBytes?: number;
  /** Time from which on result and record may be removed. */
  expiresAt?: number;
  callback?: CallbackRecord;
}

/** State of the callback to `callbackUrl`. */
export interface CallbackRecord {
  url: string;
  state: "waiting" | "delivered" | "failed";
  attempts: { at: number; status?: number; error?: string }[];
  /** Time of the next attempt. */
  nextAt?: number;
}

/** A waiting run: its record, text and arguments, and limits. */
export interface QueuedRun {
  record: RunRecord;
  /** The oJob's text; a large one as a JSON string. */
  text: string | RawJson;
  /** The unmasked arguments; the record has them masked. */
  args: Record<string, unknown> | RawJson;
  /** Most runs of `record.name` at a time (`rojob.maxPerName`). */
  maxPerName?: number;
  /** Only one run of `record.name` at a time in all nodes that share the work folder (`rojob.unique`). */
  isUnique?: boolean;
  /** Retention after the end, instead of RESULTTTL. */
  resultTtlMs?: number;
  idempotencyKey?: string;
  /** Its node was about to hand it over when it stopped: the receiver has to be asked first. */
  handOver?: HandOver;
}

/** One attempt to hand a run to another node. */
export interface HandOver {
  /** Random id of the attempt. */
  id: string;
  /** `host:port` */
  to: string;
}

/** The outcome of an attempt, to be stored. */
export interface RunOutcomeRecord {
  record: RunRecord;
  /** JSON of the result map. */
  result: JsonText;
}

/** States that a run never leaves. */
export const terminalStates: readonly RunState[] = ["done", "failed", "killed", "interrupted", "expired"];

export function isTerminal(state: RunState): boolean {
  return terminalStates.includes(state);
}

/** Filter of a list of runs. */
export interface RunFilter {
  state?: RunState[];
  name?: string;
  file?: string;
  /** Accepted at or after; accepted before; ms since the epoch. */
  since?: number;
  until?: number;
  /** Most runs of a page; 1 to 500. */
  limit: number;
  /** Start of the page: `next` of the page before. */
  cursor?: string;
}

/** A page of runs, newest first. */
export interface RunPage {
  runs: RunRecord[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

/** Part of a run's output, both streams in their order. */
export interface LogChunk {
  /** Whole lines, each with its line end. */
  text: string;
  /** Offset of the next chunk (bytes for a file, opaque to readers). */
  next: string;
  /** The run has ended and this is the end of its output. */
  isEnd: boolean;
}
