import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { QueueCounts } from "../model/queue.js";
import type { RunRecord } from "../model/record.js";
import type { HttpOptions } from "./options.js";

const DURATIONS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

/** The metrics of the node for Prometheus. Most values are read at each scrape; only ended runs are counted as they end. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly ended: Counter<"state" | "route">;
  private readonly runSeconds: Histogram;
  private readonly waitSeconds: Histogram;
  private readonly claimSeconds: Histogram;
  private asked: Promise<QueueCounts> | undefined;
  private lastCounts: QueueCounts = { waiting: 0, running: 0, oldestWaitingMs: 0, ended: {}, redeliveries: 0 };

  constructor(private readonly options: Pick<HttpOptions, "runs" | "node" | "cluster">) {
    const registers = [this.registry];
    this.ended = new Counter({
      name: "rojob_runs_total",
      help: "Ended runs of this node, by state and executor.",
      labelNames: ["state", "route"],
      registers,
    });
    const duration = (name: string, help: string) => new Histogram({ name, help, buckets: DURATIONS_S, registers });
    this.runSeconds = duration("rojob_run_duration_seconds", "Duration of runs, from start to end.");
    this.waitSeconds = duration("rojob_run_wait_seconds", "Waiting time of runs, from acceptance to start.");
    this.claimSeconds = duration(
      "rojob_queue_claim_seconds",
      "Time that ready runs waited in the queue before a node claimed them.",
    );
    this.addWorkers();
    this.addQueue();
    this.addNode();
    options.runs.onEnd((record) => this.count(record));
  }

  /** Content type and text, in the exposition format of Prometheus. */
  async read(): Promise<{ type: string; text: string }> {
    return { type: this.registry.contentType, text: await this.registry.metrics() };
  }

  private count({
    state,
    route = "",
    acceptedAt,
    notBefore = 0,
    attempt,
    claimedAt,
    startedAt,
    endedAt,
  }: RunRecord): void {
    this.ended.inc({ state, route: executorOf(route) });
    // The time of later attempts includes more than waiting for a worker.
    if (claimedAt !== undefined && attempt === 1) {
      this.claimSeconds.observe(Math.max(0, claimedAt - Math.max(acceptedAt, notBefore)) / 1000);
    }
    if (startedAt === undefined) return;
    this.waitSeconds.observe((startedAt - acceptedAt) / 1000);
    if (endedAt !== undefined) this.runSeconds.observe((endedAt - startedAt) / 1000);
  }

  private addWorkers(): void {
    const { activity } = this.options.node;
    this.gauges("rojob_workers", "Worker processes, by state.", "state", () => {
      const { free, busy, starting } = activity();
      return { free, busy, starting };
    });
    this.gauge("rojob_forks", "Extra workers, started because all others were busy.", () => activity().forks);
    this.gauge("rojob_backlog_runs", "Runs that wait for a worker while their clients wait.", () => activity().waiting);
    this.counters("rojob_workers_retired_total", "Replaced workers, by what a run left behind.", "reason", () => {
      return activity().retired;
    });
    this.gauge("rojob_workers_warning", "1 when nearly every run costs a worker; /readyz gives the reason.", () =>
      Number(activity().warning !== undefined),
    );
    this.counter("rojob_worker_crashes_total", "Workers that ended unexpectedly.", () => activity().crashes);
  }

  private addQueue(): void {
    const { runs } = this.options;
    const counts = (): Promise<QueueCounts> => this.counts();
    this.gauges("rojob_queue_runs", "Asynchronous runs that have not ended.", "state", async () => {
      const { waiting, running } = await counts();
      return { waiting, running };
    });
    this.gauge("rojob_queue_oldest_seconds", "Waiting time of the oldest waiting run.", async () => {
      return (await counts()).oldestWaitingMs / 1000;
    });
    this.gauges("rojob_runs_kept", "Ended runs that are kept, by state.", "state", async () => {
      return (await counts()).ended;
    });
    this.counter("rojob_queue_redeliveries_total", "Runs redelivered because their owner died.", async () => {
      return (await counts()).redeliveries;
    });
    this.gauge("rojob_trouble", "1 when no run can be accepted; /readyz gives the reason.", () =>
      Number(!!runs.trouble()),
    );
  }

  /** The counts of the queue, read once per scrape; the last known ones while it is unavailable and `rojob_trouble` is 1. */
  private counts(): Promise<QueueCounts> {
    this.asked ??= this.options.runs
      .counts()
      .then((counts) => {
        this.lastCounts = counts;
        return counts;
      })
      .catch(() => this.lastCounts)
      .finally(() => setImmediate(() => (this.asked = undefined)));
    return this.asked;
  }

  private addNode(): void {
    const { cluster, node } = this.options;
    this.gauges("rojob_info", "Always 1; the version is a label.", "version", () => ({ [node.version]: 1 }));
    this.gauges("rojob_nodes", "Nodes of the cluster including this one, by state.", "state", () => {
      const counts: Record<string, number> = {};
      for (const { state } of cluster?.nodes() ?? []) counts[state] = (counts[state] ?? 0) + 1;
      return cluster === undefined ? { alive: 1 } : counts;
    });
    this.gauge("process_resident_memory_bytes", "Memory of the node process, without workers.", () => {
      return process.memoryUsage.rss();
    });
    this.counter("process_cpu_seconds_total", "CPU time of the node process.", () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    this.gauge("process_start_time_seconds", "Start time of the node process, s since the epoch.", () => {
      return performance.timeOrigin / 1000;
    });
  }

  private gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const registers = [this.registry];
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  }

  private gauges(name: string, help: string, label: string, read: () => Values | Promise<Values>): void {
    const registers = [this.registry];
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect() {
        const values = await read();
        this.reset();
        for (const [key, value] of Object.entries(values)) this.set({ [label]: key }, value ?? 0);
      },
    });
  }

  private counter(name: string, help: string, read: () => number | Promise<number>): void {
    const registers = [this.registry];
    new Counter({
      name,
      help,
      registers,
      async collect() {
        const value = await read();
        this.reset();
        this.inc(value);
      },
    });
  }

  private counters(name: string, help: string, label: string, read: () => Values): void {
    const registers = [this.registry];
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(read())) this.inc({ [label]: key }, value ?? 0);
      },
    });
  }
}

type Values = Partial<Record<string, number>>;

/** The kind of executor, from the route of a run (`a:1>worker`, `a:1>peer b:2>worker`): node names would be too many for a label. */
function executorOf(route: string): string {
  const [, first = "none"] = route.split(">");
  return first.split(" ", 1)[0]!;
}
