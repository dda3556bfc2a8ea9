import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Told } from "./callbacks.js";
import type { Field } from "./field.js";
import type { Seen } from "./history.js";
import type { Sent } from "./load.js";

/** Violations: there must be none. */
export interface Faulty {
  /** Accepted, and never ended. */
  lost: string[];
  /** Begun more often than its attempts say, or than it may. */
  doubled: string[];
  /** Ended by what nobody has asked for. */
  strangeEnd: string[];
  /** `done`, and did not come to its own end. */
  endedWithoutRunning: string[];
  /** Told of an end that is not the run's, or of none. */
  callbacks: string[];
  /** Got the reply or the result of another run, or of another execution. */
  wrongReply: string[];
}

/** An accepted run after all is over. */
export interface Outcome {
  seen: Seen | undefined;
  result: unknown;
}

/** Traces of the executions of a run. */
interface Trace {
  begun: string[];
  ended: string[];
  /** Lines of other runs. */
  foreign: string[];
}

/** Compares what was told with what was done. */
export function judge(
  field: Field,
  sent: readonly Sent[],
  outcomes: ReadonlyMap<string, Outcome>,
  told: ReadonlyMap<string, readonly Told[]>,
  damaged: ReadonlySet<string>,
): Faulty {
  const faulty: Faulty = {
    lost: [],
    doubled: [],
    strangeEnd: [],
    endedWithoutRunning: [],
    callbacks: [],
    wrongReply: [],
  };
  const uuids = new Set<string>();
  for (const one of sent) {
    const trace = traceOf(field, one.tag);
    if (trace.foreign.length > 0) faulty.wrongReply.push(`${one.tag} was executed as ${trace.foreign}`);
    if (!one.isAsync) judgeSync(one, trace, faulty);
    else if (one.uuid !== undefined) {
      if (uuids.has(one.uuid)) faulty.wrongReply.push(`${one.tag} got the uuid of another run, ${one.uuid}`);
      uuids.add(one.uuid);
      judgeAsync(one, trace, outcomes.get(one.uuid), damaged.has(one.uuid), faulty);
      judgeCallbacks(one, outcomes.get(one.uuid), told.get(one.uuid) ?? [], faulty);
    }
  }
  return faulty;
}

function judgeSync({ tag, reply }: Sent, { begun, ended }: Trace, faulty: Faulty): void {
  if (begun.length > 1) faulty.doubled.push(`${tag}, synchronous: begun ${begun.length} times`);
  if (reply?.state !== "done") return;
  const { result } = reply;
  if (result?.tag !== tag) faulty.wrongReply.push(`${tag}: ${JSON.stringify(result)}`);
  else if (!ended.includes(result.number!)) faulty.endedWithoutRunning.push(`${tag}: answered, ended ${ended}`);
}

function judgeAsync(
  { tag, uuid, retries }: Sent,
  { begun, ended }: Trace,
  outcome: Outcome | undefined,
  isDamaged: boolean,
  faulty: Faulty,
): void {
  const seen = outcome?.seen;
  if (seen?.endedAt === undefined) {
    const what = `${seen?.state ?? "unknown"} attempt ${seen?.attempt}, begun ${begun.length}`;
    faulty.lost.push(`${tag} ${uuid}: ${what}, ${JSON.stringify(seen)}`);
    return;
  }
  const what = `${tag} ${uuid}: ${seen.state} at attempt ${seen.attempt} of ${retries + 1}, begun ${begun.length} times`;
  if (begun.length > seen.attempt || seen.attempt > retries + 1) faulty.doubled.push(what);
  // A worker that was killed, a node that died, a file that was damaged: each is said by the end.
  const mayEnd = ["done", "interrupted"].includes(seen.state) || (seen.state === "failed" && seen.endedBy === "crash");
  if (!mayEnd) faulty.strangeEnd.push(`${what} ${seen.endedBy ?? ""}`);
  if (seen.state !== "done" && seen.attempt <= retries && !isDamaged)
    faulty.strangeEnd.push(`${what}: retries are left`);
  if (seen.state !== "done") return;
  const result = outcome!.result as { tag?: string; number?: string } | undefined;
  if (result?.tag !== tag) faulty.wrongReply.push(`${what}: ${JSON.stringify(result)}`);
  else if (!ended.includes(result.number!)) faulty.endedWithoutRunning.push(`${what}: ended ${ended}`);
}

/** One end, told once or, when a node died before it could note that, again in the same words. */
function judgeCallbacks(
  { tag, hasCallback }: Sent,
  outcome: Outcome | undefined,
  told: readonly Told[],
  faulty: Faulty,
) {
  const ends = new Set(told.map(({ state, result }) => `${state} ${result}`));
  const own = `${outcome?.seen?.state} ${JSON.stringify(outcome?.result ?? null)}`;
  if (!hasCallback && told.length > 0) faulty.callbacks.push(`${tag}: told without a wish`);
  else if (hasCallback && told.length === 0) faulty.callbacks.push(`${tag}: never told of ${own}`);
  else if (ends.size > 1) faulty.callbacks.push(`${tag}: told of ${[...ends].join(" and ")}`);
  else if (ends.size === 1 && !ends.has(own)) faulty.callbacks.push(`${tag}: told of ${[...ends][0]}, it ended ${own}`);
}

function traceOf(field: Field, tag: string): Trace {
  const trace: Trace = { begun: [], ended: [], foreign: [] };
  for (const line of readFileSync(join(field.traces, tag), "utf8").split("\n")) {
    if (line === "") continue;
    const [what, whose, number] = line.split(" ") as [string, string, string];
    if (whose !== tag) trace.foreign.push(line);
    else if (what === "begin") trace.begun.push(number);
    else trace.ended.push(number);
  }
  return trace;
}
