import type { JsonText } from "../base/json/json-text.js";
import type { RawJson } from "../base/json/raw-json.js";
import type { JobError } from "../runtime/base/host.js";

/** An oJob to be executed, as the HTTP side has read it. */
export interface RunSpec {
  /** `host-port-[name_]clock`, the id for clients. */
  uuid: string;
  /** The oJob's text, YAML or JSON; a large one as a JSON string. */
  text: string | RawJson;
  /** Its name in messages and logs: a path below the run folder, or `ojob` for a posted one. */
  file: string;
  /** Arguments of the run: the query's over those in the body. */
  args: Record<string, unknown> | RawJson;
  /** Longest time it may run, ms; 0 or absent: JOBTIMEOUT of the node. */
  timeoutMs?: number;
  lane?: Lane;
  /** The run that has started this one and waits for it. */
  parent?: string;
}

/**
 * Lane of runs that must not wait for others: `management` jobs answer even when every worker is busy; a run that holds
 * a worker waits for a `nested` run. Both get a fork when no worker is free.
 */
export type Lane = "management" | "nested";

/** `accepted` and `running` are the only states that are not final. */
export type RunState = "accepted" | "running" | "done" | "failed" | "killed" | "interrupted" | "expired";

/** Reply of an ended run. */
export interface RunReply {
  uuid: string;
  state: RunState;
  /** JSON of the result map. */
  result: JsonText;
  errors: JobError[];
  /** Cause of an end from outside; absent when it came to its own end, also by `exit(code)`. */
  endedBy?: RunEnd;
  /** Code of `exit(code)` or of the worker that died. */
  exitCode?: number;
  /**
   * Names of arguments that did not become environment variables of processes, because they would change how programs
   * work.
   */
  refusedEnv?: string[];
  timings: RunTimings;
  /**
   * Its route, for the header `x-rojob-route`: `127.0.0.1:8787>worker`, `127.0.0.1:8787>peer 127.0.0.1:8788>worker`.
   */
  route: string;
  /** Rungs of the ladder that were tried, in order. */
  tried?: TriedRung[];
}

/** A rung of the ladder that was tried for a run. */
export interface TriedRung {
  rung: "local" | "peer" | "fallback" | "fork" | "lane" | "backlog";
  outcome: "taken" | "none free" | "lost before it began";
  /** Duration, ms. */
  ms: number;
}

/** Cause of an end from outside; the reason in words is the last text of `errors`. */
export type RunEnd = "timeout" | "killed" | "memory" | "crash" | "result";

/** All in ms; `acceptedAt` since the epoch, the others durations. */
export interface RunTimings {
  acceptedAt: number;
  /** From acceptance to the start in a worker. */
  waitMs: number;
  /** In the worker. */
  runMs: number;
}

/** A line of output of a run. */
export type OnOutput = (uuid: string, stream: 1 | 2, line: string) => void;
