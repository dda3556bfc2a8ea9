import { createHash } from "node:crypto";
import { RawArgs, type RawJson } from "../base/json/raw-json.js";
import { maskSecrets } from "../base/mask-secrets.js";
import type { QueuedRun, RunRecord } from "../model/record.js";
import type { RunReply, RunSpec } from "../model/run.js";
import type { WantedRun } from "../model/runs.js";

/** The record of a run that has just been accepted. */
export function recordOf(wanted: WantedRun, uuid: string, node: string, isAsync: boolean): RunRecord {
  const { file, text, args, by, settings } = wanted;
  const record: RunRecord = {
    uuid,
    state: isAsync ? "accepted" : "running",
    file,
    sourceHash: wanted.sourceHash ?? createHash("sha256").update(textIn(text)).digest("hex"),
    args: args instanceof RawArgs ? args.shown : maskSecrets(args),
    by,
    isAsync,
    node,
    priority: settings.priority ?? 0,
    retries: isAsync ? (settings.retries ?? 0) : 0,
    attempt: isAsync ? 0 : 1,
    acceptedAt: Date.now(),
    errors: [],
  };
  if (settings.name !== undefined) record.name = settings.name;
  if (settings.timeoutMs !== undefined) record.timeoutMs = settings.timeoutMs;
  if (wanted.notBefore !== undefined) record.notBefore = wanted.notBefore;
  if (settings.callbackUrl !== undefined) {
    record.callback = { url: settings.callbackUrl, state: "waiting", attempts: [] };
  }
  return record;
}

/** The record of a run that repeats an ended one; without its callback. */
export function recordAgain(ended: RunRecord, uuid: string, node: string, by: string): RunRecord {
  const { file, sourceHash, args, priority, retries, name, timeoutMs } = ended;
  const record: RunRecord = {
    ...{ uuid, state: "accepted", file, sourceHash, args, by, isAsync: true, node, priority, retries },
    ...{ attempt: 0, acceptedAt: Date.now(), errors: [] },
  };
  if (name !== undefined) record.name = name;
  if (timeoutMs !== undefined) record.timeoutMs = timeoutMs;
  return record;
}

function textIn(text: string | RawJson): string {
  return typeof text === "string" ? text : (text.toJSON() as string);
}

/** The run as it waits in the queue. */
export function queuedOf({ text, args, settings, idempotencyKey }: WantedRun, record: RunRecord): QueuedRun {
  const run: QueuedRun = { record, text, args };
  if (settings.maxPerName !== undefined) run.maxPerName = settings.maxPerName;
  if (settings.unique) run.isUnique = true;
  if (settings.resultTtl !== undefined) run.resultTtlMs = settings.resultTtl * 1000;
  if (idempotencyKey !== undefined) run.idempotencyKey = idempotencyKey;
  return run;
}

/** The part of a run that the workers get. */
export function specOf({ uuid, file, timeoutMs }: RunRecord, text: RunSpec["text"], args: RunSpec["args"]): RunSpec {
  const spec: RunSpec = { uuid, text, file, args };
  if (timeoutMs !== undefined) spec.timeoutMs = timeoutMs;
  return spec;
}

/** The record of a run that has ended. */
export function endedRecord(record: RunRecord, reply: RunReply, resultTtlMs: number | undefined): RunRecord {
  const endedAt = Date.now();
  const ended: RunRecord = {
    ...record,
    state: reply.state,
    route: reply.route,
    startedAt: record.startedAt ?? Math.max(record.acceptedAt, Math.round(endedAt - reply.timings.runMs)),
    endedAt,
    errors: reply.errors,
    resultBytes: Buffer.byteLength(reply.result),
  };
  if (reply.endedBy !== undefined) ended.endedBy = reply.endedBy;
  if (reply.tried !== undefined) ended.tried = reply.tried;
  if (reply.exitCode !== undefined) ended.exitCode = reply.exitCode;
  if (reply.refusedEnv !== undefined) ended.refusedEnv = reply.refusedEnv;
  if (resultTtlMs !== undefined) ended.expiresAt = endedAt + resultTtlMs;
  return ended;
}

/** Reply of a run that is killed before a worker has it. */
export function killedReply({ uuid, file, acceptedAt, node }: RunRecord): RunReply {
  return {
    uuid,
    state: "killed",
    result: "null",
    errors: [{ name: file, error: ["killed: by request, before it was started"] }],
    endedBy: "killed",
    timings: { acceptedAt, waitMs: Date.now() - acceptedAt, runMs: 0 },
    route: node,
  };
}
