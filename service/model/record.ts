import type { JsonText } from "../base/json/json-text.js";
import type { RawJson } from "../base/json/raw-json.js";
import type { JobError } from "../runtime/base/host.js";
import type { RunEnd, RunState, TriedRung } from "./run.js";

/** What is known of a run: everything but its oJob's text, its result and its log. All times in ms since the epoch. */
export interface RunRecord {
  uuid: string;
  state: RunState;
  /** `rojob.name` of the oJob. */
  name?: string;
  /** What ran: a path below the run folder, or `ojob` for a posted one. */
  file: string;
  /** SHA-256 of the oJob's text, hex. */
  sourceHash: string;
  /** With the values of secrets masked, see `maskSecrets`; large ones are cut, see `shownArgs`. */
  args: Record<string, unknown>;
  /** Who asked: an address, `schedule NAME`, `init NAME`, `run UUID`. */
  by: string;
  isAsync: boolean;
  /** `host:port` of the node that accepted it, or has taken it over since that one died. */
  node: string;
  /** The way it went, as in `x-rojob-route`. */
  route?: string;
  /** Where a worker was looked for, in order. */
  tried?: TriedRung[];
  /** Higher is sooner; 0 unless `rojob.priority` says otherwise. */
  priority: number;
  timeoutMs?: number;
  /** How often it may be run again when its node or worker dies, or its jobs fail. */
  retries: number;
  /** How often it was started. */
  attempt: number;
  /** Not to be started before. */
  notBefore?: number;
  acceptedAt: number;
  /** A worker was set aside for it. */
  claimedAt?: number;
  startedAt?: number;
  endedAt?: number;
  errors: JobError[];
  endedBy?: RunEnd;
  exitCode?: number;
  /** Names of arguments that did not become environment variables of processes, as they would steer programs. */
  refusedEnv?: string[];
  /** Of the result, as JSON text. */
  resultBytes?: number;
  /** When result and record may be removed. */
  expiresAt?: number;
  callback?: CallbackRecord;
}

/** What became of `callbackUrl`. */
export interface CallbackRecord {
  url: string;
  state: "waiting" | "delivered" | "failed";
  attempts: { at: number; status?: number; error?: string }[];
  /** Of the next attempt. */
  nextAt?: number;
}

/** A run as it waits: its record and what it takes to execute it. */
export interface QueuedRun {
  record: RunRecord;
  /** The oJob's text; of large ones as a JSON string. */
  text: string | RawJson;
  /** The arguments as they are; the record has them masked. */
  args: Record<string, unknown> | RawJson;
  /** At most so many runs of `record.name` at a time (`rojob.maxPerName`). */
  maxPerName?: number;
  /** Only one run of `record.name` at a time in all nodes that share the work folder (`rojob.unique`). */
  isUnique?: boolean;
  /** Kept after the end for so long instead of RESULTTTL. */
  resultTtlMs?: number;
  idempotencyKey?: string;
  /** Its node, which stops, was about to give it to another: whether that one has it is to be asked there first. */
  handOver?: HandOver;
}

/** One attempt to give a run to another node. */
export interface HandOver {
  /** Of the attempt; random. */
  id: string;
  /** `host:port` */
  to: string;
}

/** How an attempt ended, to be kept. */
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

/** Which runs to list. */
export interface RunFilter {
  state?: RunState[];
  name?: string;
  file?: string;
  /** Accepted at or after, before; ms since the epoch. */
  since?: number;
  until?: number;
  /** Most runs of a page; 1 to 500. */
  limit: number;
  /** Where the page begins: `next` of the one before. */
  cursor?: string;
}

/** Newest first. */
export interface RunPage {
  runs: RunRecord[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

/** Part of a run's output, both streams as they came. */
export interface LogChunk {
  /** Whole lines, each with its line end. */
  text: string;
  /** Where it ends: the place to go on from (bytes for a file, opaque to readers). */
  next: string;
  /** The run has ended and this was all. */
  isEnd: boolean;
}
