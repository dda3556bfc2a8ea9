import { randomUUID } from "node:crypto";
import type { ClusterNode } from "../model/cluster.js";
import type { QueueCounts } from "../model/queue.js";
import type { RunFilter, RunPage, RunRecord } from "../model/record.js";
import type {
  CallOptions,
  LogOptions,
  RoJobClientOptions,
  RunOptions,
  StartOptions,
  WaitOptions,
} from "./client-options.js";
import { logLines } from "./log-lines.js";
import { Management } from "./management.js";
import { RoJobError } from "./rojob-error.js";
import { RunHandle } from "./run-handle.js";
import { hasEnded, hasResult, type RunResult, resultOf } from "./run-result.js";
import { Transport } from "./transport.js";

export interface Health {
  /** The process answers. */
  alive: boolean;
  /** It accepts runs. */
  ready: boolean;
  /** Reason why it does not. */
  reason?: string;
}

/** The queue of asynchronous runs. */
export interface QueueState extends QueueCounts {
  kind: string;
  /** Reason why it accepts no run now. */
  trouble: string | null;
}

/** The oJob of a run: YAML or JSON text or a map, or the path of a job of the node's run folder. */
export type Wanted = { ojob: string | object } | { run: string };

/** Filter of a list of runs; see {@link RunFilter}. */
export type ListFilter = Partial<Omit<RunFilter, "state">> & { state?: RunRecord["state"] | RunRecord["state"][] };

/** Longest time one request waits for the end of a run, s; then the next one waits. */
const WAIT_S = 30;
const PAGE = 100;

/** Runs oJobs on a node and queries them. Safe for concurrent use. */
export class RoJobClient {
  /** The management jobs that every node ships. */
  readonly management: Management;
  private readonly transport: Transport;

  /** @throws TypeError when the URL is not one of http or https */
  constructor(options: RoJobClientOptions) {
    this.transport = new Transport(options);
    this.management = new Management(this);
  }

  /**
   * Runs an oJob and waits for its end.
   * @param ojob the oJob as YAML or JSON text, or as a map
   * @param args over the oJob's own
   * @throws RoJobError when the node refuses it or does not answer; a failed run is a {@link RunResult}
   */
  exec(ojob: string | object, args: object = {}, options: RunOptions = {}): Promise<RunResult> {
    return this.finish({ ojob }, args, options);
  }

  /**
   * Runs a job of the node's run folder and waits for its end.
   * @param path below that folder, as `rojob/echo.yaml`
   * @throws RoJobError as {@link exec}
   */
  run(path: string, args: object = {}, options: RunOptions = {}): Promise<RunResult> {
    return this.finish({ run: path }, args, options);
  }

  /**
   * Starts a run without waiting: when this resolves the node has recorded it. Sent with an idempotency key of its own
   * unless one is given, so that it can be retried.
   * @throws RoJobError as {@link exec}
   */
  submit(ojob: string | object, args: object = {}, options: RunOptions = {}): Promise<RunHandle> {
    return this.accepted({ ojob }, args, options);
  }

  /**
   * Starts a job of the node's run folder without waiting, as {@link submit}.
   * @throws RoJobError as {@link exec}
   */
  submitRun(path: string, args: object = {}, options: RunOptions = {}): Promise<RunHandle> {
    return this.accepted({ run: path }, args, options);
  }

  /**
   * Starts a run. Resolves with its result, or with a handle of a run that goes on, because the oJob says `async` or
   * did not end within `waitS`.
   * @throws RoJobError as {@link exec}
   */
  async start(wanted: Wanted, args: object = {}, options: StartOptions = {}): Promise<RunResult | RunHandle> {
    const { idempotencyKey, waitS, signal, ...settings } = options;
    const headers: Record<string, string> = {};
    if (waitS !== undefined) headers.prefer = `wait=${waitS}`;
    if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
    const { status, json } = await this.transport.json({
      method: "POST",
      path: "v1/runs",
      body: { ...wanted, args, ...settings },
      headers,
      signal,
      isRepeatable: idempotencyKey !== undefined,
    });
    return status === 202 ? new RunHandle(this, json.uuid, json.async) : (json as RunResult);
  }

  /** A handle of a run by its id; nothing is sent. */
  handle(uuid: string): RunHandle {
    return new RunHandle(this, uuid);
  }

  /**
   * The record of a run.
   * @throws RoJobError 404 `unknown_run`
   */
  async get(uuid: string, { signal }: CallOptions = {}): Promise<RunRecord> {
    return (await this.transport.json({ method: "GET", path: pathOf(uuid), signal })).json;
  }

  /**
   * Waits for the end of a run.
   * @returns its record; after `timeoutMs` the present one of a run that has not ended
   * @throws RoJobError 404 `unknown_run`
   */
  async wait(uuid: string, { timeoutMs = Number.POSITIVE_INFINITY, signal }: WaitOptions = {}): Promise<RunRecord> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const leftS = Math.max(0, deadline - Date.now()) / 1000;
      const query = { wait: Math.min(WAIT_S, leftS) };
      const { json } = await this.transport.json({ method: "GET", path: pathOf(uuid), query, signal });
      if (hasEnded(json) || leftS <= WAIT_S) return json;
    }
  }

  /**
   * Waits for the end of a run and returns it with its result, as {@link exec} does.
   * @throws RoJobError 404 `unknown_run`
   */
  async ended(uuid: string, options: CallOptions = {}): Promise<RunResult> {
    const record = await this.wait(uuid, options);
    return resultOf(record, hasResult(record) ? await this.result(uuid, options) : undefined);
  }

  /**
   * The result map of an ended run, with the errors of its jobs as `__errors`.
   * @throws RoJobError 404 `unknown_run`, 409 `run_not_ended`, 410 `result_gone`; the reason of its end when that left
   * no result
   */
  async result(uuid: string, { signal }: CallOptions = {}): Promise<unknown> {
    return (await this.transport.json({ method: "GET", path: `${pathOf(uuid)}/result`, signal })).json;
  }

  /**
   * The output of a run, line by line without line ends, both streams in their order.
   * @throws RoJobError 404 `unknown_run`; when the connection is lost and cannot be opened again
   */
  log(uuid: string, options: LogOptions = {}): AsyncGenerator<string> {
    return logLines(this.transport, `${pathOf(uuid)}/log`, options);
  }

  /**
   * Kills a waiting or running run, with everything it started; resolves with its record when it has ended.
   * @throws RoJobError 404 `unknown_run`; 409 when it had ended before
   */
  async kill(uuid: string, { signal }: CallOptions = {}): Promise<RunRecord> {
    return (await this.transport.json({ method: "DELETE", path: pathOf(uuid), signal })).json;
  }

  /**
   * Removes an ended run with its result and its log.
   * @throws RoJobError 404 `unknown_run`; 409 while it has not ended
   */
  async forget(uuid: string, { signal }: CallOptions = {}): Promise<void> {
    await this.transport.json({ method: "DELETE", path: pathOf(uuid), query: { forget: true }, signal });
  }

  /** Runs, newest first, page after page on demand; `limit` is the most of all of them. */
  async *list(filter: ListFilter = {}, options: CallOptions = {}): AsyncGenerator<RunRecord> {
    const { limit = Number.POSITIVE_INFINITY, ...rest } = filter;
    let { cursor } = filter;
    let left = limit;
    while (left > 0) {
      const { runs, next } = await this.page({ ...rest, cursor, limit: Math.min(left, PAGE) }, options);
      yield* runs;
      if (next === undefined) return;
      left -= runs.length;
      cursor = next;
    }
  }

  /** One page of runs; `next` of it is the `cursor` of the one after. */
  async page({ state, ...filter }: ListFilter = {}, { signal }: CallOptions = {}): Promise<RunPage> {
    const query = { ...filter, state: state === undefined ? undefined : [state].flat().join(",") };
    return (await this.transport.json({ method: "GET", path: "v1/runs", query, signal })).json;
  }

  /** State of the queue of asynchronous runs. */
  async queue({ signal }: CallOptions = {}): Promise<QueueState> {
    return (await this.transport.json({ method: "GET", path: "v1/queue", signal })).json;
  }

  /**
   * Kills all waiting runs, or removes the failed and interrupted ones.
   * @returns their number
   */
  async purgeQueue(what: "waiting" | "dead", { signal }: CallOptions = {}): Promise<number> {
    return (await this.transport.json({ method: "POST", path: "v1/queue/purge", body: { what }, signal })).json.purged;
  }

  /**
   * Submits the oJob of a failed or interrupted run as a new run.
   * @returns the record of the new run
   * @throws RoJobError 404 `unknown_run`; 409 `not_retriable`
   */
  async retry(uuid: string, { signal }: CallOptions = {}): Promise<RunRecord> {
    return (await this.transport.json({ method: "POST", path: `${pathOf(uuid)}/retry`, signal })).json;
  }

  /** The nodes of the cluster as this one knows them, itself included. */
  async nodes({ signal }: CallOptions = {}): Promise<ClusterNode[]> {
    return (await this.transport.json({ method: "GET", path: "v1/nodes", signal })).json.nodes;
  }

  /**
   * Adds another node to the cluster.
   * @returns all nodes
   * @throws RoJobError when it does not answer, or belongs to another cluster
   */
  async addNode(host: string, port: number, { signal }: CallOptions = {}): Promise<ClusterNode[]> {
    const call = { method: "POST", path: "v1/nodes", body: { host, port }, signal, isRepeatable: true } as const;
    return (await this.transport.json(call)).json.nodes;
  }

  /** Stops the node: it accepts no more runs and lets its runs finish within KILLGRACE. */
  async stop({ signal }: CallOptions = {}): Promise<void> {
    await this.transport.json({ method: "POST", path: "v1/node/stop", signal });
  }

  /** Stops all nodes of the cluster, as {@link stop}; returns the nodes that could not be reached, with the reasons. */
  async stopAll({ signal }: CallOptions = {}): Promise<{ node: string; reason: string }[]> {
    return (await this.transport.json({ method: "POST", path: "v1/cluster/stop", signal })).json.failed;
  }

  /** Does the node live, and does it accept runs? A node that does not answer is not alive. */
  async health({ signal }: CallOptions = {}): Promise<Health> {
    try {
      await this.transport.json({ method: "GET", path: "readyz", signal, isSingle: true });
      return { alive: true, ready: true };
    } catch (error) {
      if (!(error instanceof RoJobError)) throw error;
      return { alive: error.status !== 0, ready: false, reason: error.message };
    }
  }

  private async finish(wanted: Wanted, args: object, options: RunOptions): Promise<RunResult> {
    const started = await this.start(wanted, args, options);
    return started instanceof RunHandle ? started.ended(options) : started;
  }

  private async accepted(wanted: Wanted, args: object, options: RunOptions): Promise<RunHandle> {
    const key = options.idempotencyKey ?? randomUUID();
    const started = await this.start(wanted, args, { ...options, idempotencyKey: key, async: true });
    return started instanceof RunHandle ? started : new RunHandle(this, started.uuid);
  }
}

function pathOf(uuid: string): string {
  return `v1/runs/${encodeURIComponent(uuid)}`;
}
