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
  /** Name in messages and logs. */
  file: string;
  text: string | RawJson;
  source: OJobSource;
  /** SHA-256 of the text, hex, where it is known. */
  sourceHash?: string;
  /** Over those of the oJob itself. */
  args: Record<string, unknown> | RawArgs;
  /** They override those of the oJob. */
  settings?: Partial<RunSettings>;
}

/** Outcome of a start: a run that has ended, or the record of an asynchronous one. */
export type Started =
  | { ended: RunReply }
  /** `isWanted`: what is run, or the request's body, says that it is not to be waited for; else the header `Prefer` did. */
  | { accepted: RunRecord; isWanted: boolean };

/** As long as a timer can run, ms. */
const LONGEST_WAIT_MS = 2_147_483_647;
/** Folder of the run folder that has the management jobs. */
const MANAGEMENT = "rojob/";

/** Turns what a request wants into a run, and puts the headers of a run on its reply. */
export class Starter {
  constructor(private readonly runs: Runs) {}

  /**
   * Runs it and waits for its end, or only has it accepted: when arguments, oJob or `Prefer: respond-async` (RFC 7240)
   * say so, or the time of `Prefer: wait` is over first. It goes on when the client goes away. A run that has to outlive
   * its request (idempotency key, callback, `wait`) is accepted first, too, and then waited for.
   *
   * Sets `x-rojob-uuid`, and of a run that has ended `x-rojob-route` (the way it went) and `server-timing` (`accept`:
   * reading and checking the request, `wait`: for a worker, `run`: in it; ms); of one that goes on `location`; besides
   * `preference-applied`, and `idempotency-replayed` when an earlier request with the same key had started it.
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
    // Not copied where the request has none, as usual.
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

/** Does `__async` among the arguments ask not to wait? */
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
