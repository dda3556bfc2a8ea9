import { type JsonText, jsonTextOf } from "../base/json/json-text.js";
import type { RunEnd, RunReply, RunSpec, RunState, RunTimings } from "../model/run.js";
import type { JobError, RunOutcome } from "../runtime/base/host.js";
import type { OutcomeRest } from "./outcome-parts.js";
import { failedOutcome } from "./protocol.js";

/** An outcome as the node has it. */
export type Outcome = OutcomeRest & { result: JsonText };

/** Reason why a run was ended before its own end. */
export interface EndCause {
  by: RunEnd;
  state: RunState;
  /** In words, for the reply and the log. */
  text: string;
}

/** Times of a reply; the caller that accepted the run earlier corrects `acceptedAt` and `waitMs`. */
export function timingsOf(acceptedAt: number, runMs: number): RunTimings {
  return { acceptedAt, waitMs: 0, runMs };
}

/**
 * Reads an outcome, which may come in two parts. A text that is none, because a job changed how its environment writes,
 * is a failure of the run.
 */
export function parseOutcome(body: Buffer, rest?: OutcomeRest): Outcome {
  if (rest !== undefined) return { ...rest, result: jsonTextOf(body) };
  const outcome = JSON.parse(body.toString()) as Partial<RunOutcome> | null;
  if (typeof outcome?.result === "string" && Array.isArray(outcome.errors)) return outcome as RunOutcome;
  return failedOutcome("the run changed built-in functions, so its outcome cannot be read");
}

/** Reply of a run that came to its end: `done` when nothing failed. */
export function replyOf(spec: RunSpec, outcome: Outcome, timings: RunTimings): RunReply {
  const errors = [...outcome.errors];
  if (outcome.exception !== undefined) errors.push(errorOf(spec, outcome.exception));
  const reply: RunReply = {
    uuid: spec.uuid,
    state: errors.length === 0 ? "done" : "failed",
    result: outcome.result,
    errors,
    timings,
    route: "worker",
  };
  if (Array.isArray(outcome.refusedEnv)) reply.refusedEnv = outcome.refusedEnv.map(String);
  return reply;
}

/** Reply of a run whose job called `exit(code)`: not a failure when the code is 0. */
export function exitReply(spec: RunSpec, outcome: Outcome, code: number, timings: RunTimings): RunReply {
  const reply = replyOf(spec, outcome, timings);
  reply.exitCode = code;
  if (code === 0) return reply;
  reply.state = "failed";
  reply.errors.push({ name: spec.file, error: [`exit(${code}): the job ended its process`] });
  return reply;
}

/** Reply of a run that was ended from outside, or with its process. */
export function endedReply(spec: RunSpec, cause: EndCause, timings: RunTimings, exitCode?: number): RunReply {
  return {
    uuid: spec.uuid,
    state: cause.state,
    result: "null",
    errors: [{ name: spec.file, error: [cause.text] }],
    endedBy: cause.by,
    exitCode,
    timings,
    route: "worker",
  };
}

/** Cause of the end of a process that the node has not ended. */
export function causeOfDeath(
  code: number | null,
  signal: string | null,
  ownOutput: string,
  jobMemoryMb: number,
): EndCause {
  if (/heap out of memory|Reached heap limit|Ineffective mark-compacts|process OOM/.test(ownOutput))
    return memoryCause(`the run needed more than the ${jobMemoryMb} MB of JOBMEMORY`);
  const crash = (text: string): EndCause => ({ by: "crash", state: "failed", text });
  if (signal === "SIGKILL")
    return crash("crash: the worker was killed by an external SIGKILL, which a system short of memory sends");
  const line = mostInformativeLine(ownOutput);
  const detail = line === "" ? "" : `: ${line}`;
  if (signal !== null) return crash(`crash: the worker was ended by ${signal}${detail}`);
  return crash(`exit(${code}): the worker process of the run ended${detail}`);
}

/** The most informative line of a crash report; Node's reports begin with a place in its own files. */
export function mostInformativeLine(ownOutput: string): string {
  const lines = ownOutput.split("\n").map((line) => line.trim());
  const line = lines.find((line) => /^\w*(Error|ERROR|Exception)\b/.test(line)) ?? lines.find((line) => line !== "");
  return (line ?? "").slice(0, 300);
}

export function memoryCause(text: string): EndCause {
  return { by: "memory", state: "failed", text: `out of memory: ${text}` };
}

function errorOf(spec: RunSpec, { message, job, at }: NonNullable<RunOutcome["exception"]>): JobError {
  return at === undefined
    ? { name: job ?? spec.file, error: [message] }
    : { name: job ?? spec.file, error: [message], at };
}
