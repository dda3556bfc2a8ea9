import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../base/errors.js";
import type { JsonText } from "../base/json/json-text.js";
import { mergedArgs, RawArgs, type RawJson } from "../base/json/raw-json.js";
import type { OJobSource } from "../catalog/ojob-source.js";
import { isTerminal, type RunRecord } from "../model/record.js";
import type { RunReply } from "../model/run.js";
import type { RunSettings, Runs, WantedRun } from "../model/runs.js";
import { readIdempotency } from "./query/idempotency.js";
import { type Preferences, readPreferences } from "./query/preferences.js";
import { goneSignal } from "./reply/gone.js";
import { hadResult, replyOf } from "./reply/record-reply.js";

/** A run as requested. */
export interface Wanted {
  /** The name in messages and logs. */
  file: string;
  text: string | RawJson;
  source: OJobSource;
  /** SHA-256 of the text, hex, if known. */
  sourceHash?: string;
  /** They override those of the oJob. */
  args: Record<string, unknown> | RawArgs;
  /** They override those of the oJob. */
  settings?: Partial<RunSettings>;
}

/** Outcome of a start: a run that has ended, or the record of an asynchronous one. */
export type Started =
  | { ended: RunReply }
  /** `isWanted`: the oJob, its arguments or the body ask for an asynchronous run; otherwise the header `Prefer` does. */
  | { accepted: RunRecord; isWanted: boolean };

/** The longest time of a timer, ms. */
const LONGEST_WAIT_MS = 2_147_483_647;
/** Folder of the management jobs in the run folder. */
const MANAGEMENT = "rojob/";

/** Starts the run that a request asks for, and sets the headers of its reply. */
export class Starter {
  constructor(private readonly runs: Runs) {}

  /**
   * Starts a run and waits for its end. Returns once the run is accepted if the arguments, the oJob or `Prefer: respond-async`
   * (RFC 7240) ask for it, or when the time of `Prefer: wait` is over. The run continues when the client disconnects. A run that
   * has to outlive its request (idempotency key, callback, `wait`) is accepted first, and then waited for.
   *
   * Sets `x-rojob-uuid`; for a run that has ended also `x-rojob-route` (the rungs and nodes that it took) and `server-timing`
   * (`accept`: the time to read and check the request, `wait`: for a worker, `run`: in the worker; ms); for a run that continues
   * `location`; also `preference-applied`, and `idempotency-replayed` when an earlier request with the same key started the run.
   *
   * @throws ServiceError `bad_header`, `result_gone` and those of `Runs.run` and `Runs.submit`
   */
  async start(wanted: Wanted, request: FastifyRequest, reply: FastifyReply): Promise<Started> {
    const { file, text, source, sourceHash } = wanted;
    const asked = wanted.settings?.async;
    const args = mergedArgs(source.args, wanted.args);
    const prefer = readPreferences(request.headers.prefer);
    const isWanted = asked ?? (source.rojob.async || asksAsync(args instanceof RawArgs ? args.async : args.__async));
    const isAsync = isWanted || (asked === undefined && prefer.isAsync);
    // Copied only if the request has settings; most have none.
    const settings = wanted.settings === undefined ? source.rojob : { ...source.rojob, ...wanted.settings };
    const run: WantedRun = { file, text, args, by: request.by, settings, ...readIdempotency(request) };
    if (sourceHash !== undefined) run.sourceHash = sourceHash;
    if (request.parent !== undefined) run.parent = request.parent;
    if (file.startsWith(MANAGEMENT)) run.lane = "management";
    const acceptMs = performance.now() - request.startedAt;

    const outlives =
      run.idempotencyKey !== undefined || settings.callbackUrl !== undefined || prefer.waitS !== undefined;
    if (isAsync || outlives) {
      if (!isAsync) run.isWaitedFor = true;
      const started = await this.submit(run, isAsync, prefer, acceptMs, request, reply);
      return "ended" in started ? started : { ...started, isWanted };
    }
    const ended = await this.runs.run(run);
    setHeaders(reply, ended, acceptMs);
    return { ended };
  }

  private async submit(
    run: WantedRun,
    isAsync: boolean,
    prefer: Preferences,
    acceptMs: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ ended: RunReply } | { accepted: RunRecord }> {
    const { record, isNew } = await this.runs.submit(run);
    const { uuid } = record;
    reply.header("x-rojob-uuid", uuid);
    if (!isNew) reply.header("idempotency-replayed", "true");
    const waitMs = prefer.waitS === undefined ? (isAsync ? 0 : LONGEST_WAIT_MS) : prefer.waitS * 1000;
    const last = waitMs === 0 ? record : await this.wait(uuid, waitMs, request, reply);
    const applied = prefer.waitS === undefined ? [] : [`wait=${prefer.waitS}`];

    if (waitMs > 0 && isTerminal(last.state)) {
      if (applied.length > 0) reply.header("preference-applied", applied.join(", "));
      const ended = replyOf(last, (await this.resultOf(last)) ?? "");
      setHeaders(reply, ended, acceptMs);
      return { ended };
    }
    if (prefer.isAsync) applied.unshift("respond-async");
    if (applied.length > 0) reply.header("preference-applied", applied.join(", "));
    reply.code(202).header("location", `/v1/runs/${encodeURIComponent(uuid)}`);
    return { accepted: last };
  }

  private async wait(uuid: string, waitMs: number, request: FastifyRequest, reply: FastifyReply): Promise<RunRecord> {
    const record = await this.runs.wait(uuid, waitMs, { signal: goneSignal(reply), waiter: request.parent });
    if (record === undefined) throw new ServiceError("result_gone", { uuid }, { uuid });
    return record;
  }

  private async resultOf(record: RunRecord): Promise<JsonText | undefined> {
    const result = await this.runs.result(record.uuid);
    if (result === undefined && hadResult(record)) {
      throw new ServiceError("result_gone", { uuid: record.uuid }, { uuid: record.uuid });
    }
    return result;
  }
}

/** Does the argument `__async` ask for an asynchronous run? */
function asksAsync(__async: unknown): boolean {
  return __async === "1" || __async === 1 || __async === true || __async === "true";
}

function setHeaders(reply: FastifyReply, { uuid, route, timings }: RunReply, acceptMs: number): void {
  reply.header("x-rojob-uuid", uuid);
  reply.header("x-rojob-route", route);
  const { waitMs, runMs } = timings;
  reply.header("server-timing", `accept;dur=${ms(acceptMs)}, wait;dur=${ms(waitMs)}, run;dur=${ms(runMs)}`);
}

function ms(duration: number): string {
  return String(Math.round(duration * 1000) / 1000);
}
