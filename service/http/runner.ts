import type { FastifyReply, FastifyRequest } from "fastify";
import type { Dispatcher } from "../dispatch/dispatcher.js";
import type { RunReply, RunSpec } from "../dispatch/run.js";
import type { RunIds } from "../dispatch/run-ids.js";
import { ServiceError } from "../errors.js";
import type { OJobSource } from "./ojob-source.js";

/** What a request wants run. */
export interface Wanted {
  /** Name in messages and logs. */
  file: string;
  text: string;
  source: OJobSource;
  /** Over those of the oJob itself. */
  args: Record<string, unknown>;
  timeoutMs?: number;
}

/** Turns what a request wants into a run, and puts the headers of a run on its reply. */
export class Runner {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly ids: RunIds,
  ) {}

  /**
   * Runs it and waits for its end; the run goes on when the client goes away.
   *
   * Sets `x-rojob-uuid`, `x-rojob-route` (the way the run went) and `server-timing` (`accept`: reading and checking the
   * request, `wait`: for a worker, `run`: in it; ms).
   *
   * @throws ServiceError `async_unavailable`, and what the dispatcher refuses with
   */
  async run(wanted: Wanted, request: FastifyRequest, reply: FastifyReply): Promise<RunReply> {
    const { file, text, source, timeoutMs } = wanted;
    const args = { ...source.args, ...wanted.args };
    refuseAsync(source, args);
    const spec: RunSpec = { uuid: this.ids.next(source.rojob.name), text, file, args };
    if (timeoutMs !== undefined) spec.timeoutMs = timeoutMs;
    const acceptMs = performance.now() - request.startedAt;
    const run = await this.dispatcher.dispatch(spec);
    reply.header("x-rojob-uuid", run.uuid);
    reply.header("x-rojob-route", run.route);
    const { waitMs, runMs } = run.timings;
    reply.header("server-timing", `accept;dur=${ms(acceptMs)}, wait;dur=${ms(waitMs)}, run;dur=${ms(runMs)}`);
    return run;
  }
}

function refuseAsync(source: OJobSource, args: Record<string, unknown>): void {
  const { __async } = args;
  const byArgument = __async === "1" || __async === 1 || __async === true || __async === "true";
  if (!byArgument && !source.rojob.async) return;
  throw new ServiceError("async_unavailable", { asked: byArgument ? "the argument '__async'" : "'rojob.async'" });
}

function ms(duration: number): string {
  return String(Math.round(duration * 1000) / 1000);
}
