import { ServiceError } from "../../service/base/errors.js";
import { RawArgs } from "../../service/base/json/raw-json.js";
import { isTerminal, type LogChunk, type RunRecord } from "../../service/model/record.js";
import type { RunReply } from "../../service/model/run.js";
import type { Runs, WantedRun } from "../../service/model/runs.js";

/** Ending of a run; missing fields are those of a run that replies its arguments. */
export type Ending = Partial<RunReply> | Error;

export type WantedWithUuid = WantedRun & { uuid: string };

/** Runs in memory, which end as the test says. */
export class StandInRuns implements Runs {
  readonly records = new Map<string, RunRecord>();
  readonly results = new Map<string, string>();
  readonly logs = new Map<string, LogChunk[]>();
  /** Requests, in order. */
  readonly wanted: WantedWithUuid[] = [];
  readonly submitted: string[] = [];
  /** Arguments of the calls of `wait`. */
  readonly waiters: (string | undefined)[] = [];
  readonly active = new Set<string>();
  /** Of the node, for the uuids. */
  port = 0;
  troubleText: string | undefined;
  refusal: Error | undefined;
  private readonly keys = new Map<string, { uuid: string; hash: string | undefined }>();
  private readonly endListeners = new Set<(record: RunRecord) => void>();
  private readonly listeners = new Set<() => void>();
  private clock = 1_700_000_000_000_000_000n;

  constructor(private readonly ending: (wanted: WantedWithUuid) => Ending | Promise<Ending>) {}

  async run(wanted: WantedRun): Promise<RunReply> {
    return this.execute(this.accept(wanted));
  }

  async submit(wanted: WantedRun): Promise<{ record: RunRecord; isNew: boolean }> {
    if (this.refusal !== undefined) throw this.refusal;
    const known = this.keys.get(wanted.idempotencyKey ?? "");
    if (known !== undefined) {
      if (known.hash !== wanted.payloadHash) throw new ServiceError("idempotency_key_reused");
      return { record: this.records.get(known.uuid)!, isNew: false };
    }
    const spec = this.accept(wanted);
    const { uuid } = spec;
    if (wanted.idempotencyKey !== undefined) this.keys.set(wanted.idempotencyKey, { uuid, hash: wanted.payloadHash });
    this.submitted.push(uuid);
    const record = recordOf(spec);
    this.records.set(uuid, record);
    void this.carryOut(spec);
    return { record: { ...record }, isNew: true };
  }

  async wait(uuid: string, waitMs: number, { signal, waiter }: { signal?: AbortSignal; waiter?: string } = {}) {
    this.waiters.push(waiter);
    const until = performance.now() + waitMs;
    for (;;) {
      const record = this.records.get(uuid);
      if (record === undefined || isTerminal(record.state) || signal?.aborted || performance.now() >= until)
        return record;
      await this.change(until - performance.now(), signal);
    }
  }

  async get(uuid: string) {
    return this.records.get(uuid);
  }

  async list(filter: Parameters<Runs["list"]>[0]) {
    const all = [...this.records.values()]
      .reverse()
      .filter((record) => filter.state?.includes(record.state) ?? true)
      .filter((record) => filter.name === undefined || record.name === filter.name)
      .filter((record) => filter.file === undefined || record.file === filter.file)
      .filter((record) => filter.since === undefined || record.acceptedAt >= filter.since)
      .filter((record) => filter.until === undefined || record.acceptedAt < filter.until);
    const from = filter.cursor === undefined ? 0 : all.findIndex((record) => record.uuid === filter.cursor);
    const next = all[from + filter.limit]?.uuid;
    return { runs: all.slice(from, from + filter.limit), next };
  }

  async result(uuid: string) {
    return this.results.get(uuid);
  }

  async remove(uuid: string) {
    const record = this.records.get(uuid);
    return record !== undefined && isTerminal(record.state) && this.records.delete(uuid);
  }

  async *log(uuid: string, { from, follow, signal }: { from?: string; follow: boolean; signal?: AbortSignal }) {
    if (!this.records.has(uuid)) throw new ServiceError("unknown_run", { uuid });
    const chunks = this.chunksOf(uuid);
    for (let at = chunks.findIndex((chunk) => chunk.next === from) + 1; ; at++) {
      while (chunks[at] === undefined) {
        if (!follow || signal?.aborted) return;
        await this.change(1000, signal);
      }
      yield chunks[at]!;
      if (chunks[at]!.isEnd) return;
    }
  }

  async kill(uuid: string) {
    const record = this.records.get(uuid);
    if (record === undefined) return "unknown" as const;
    if (isTerminal(record.state)) return "ended" as const;
    this.end(uuid, { state: "killed", endedBy: "killed", errors: [{ name: "A", error: ["killed: by request"] }] });
    return "killed" as const;
  }

  /** More output of a run. */
  say(uuid: string, chunk: LogChunk): void {
    this.chunksOf(uuid).push(chunk);
    this.tell();
  }

  /** Notes the end of a run. */
  end(uuid: string, changes: Partial<RunRecord>, result?: string): void {
    const record = this.records.get(uuid)!;
    if (result !== undefined) this.results.set(uuid, result);
    const ended: RunRecord = { ...record, state: "done", endedAt: Date.now(), ...changes };
    this.records.set(uuid, ended);
    for (const listener of this.endListeners) listener(ended);
    this.tell();
  }

  async counts() {
    const waiting = [...this.records.values()].filter(({ state }) => state === "accepted").length;
    return { waiting, running: this.active.size, oldestWaitingMs: 0, ended: { done: 1 }, redeliveries: 2 };
  }

  readonly queueKind = "spool";

  sentTo(): undefined {
    return undefined;
  }

  knowsAll() {
    return true;
  }

  async retry(uuid: string, by: string): Promise<RunRecord> {
    const record = this.records.get(uuid);
    if (record === undefined) throw new ServiceError("unknown_run", { uuid });
    if (record.state !== "failed") throw new ServiceError("not_retriable", { uuid, reason: `it is ${record.state}` });
    const again: RunRecord = { ...record, uuid: `${uuid}1`, state: "accepted", by };
    this.records.set(again.uuid, again);
    return again;
  }

  onEnd(listener: (record: RunRecord) => void): () => void {
    this.endListeners.add(listener);
    return () => void this.endListeners.delete(listener);
  }

  trouble = () => this.troubleText;
  running = () => [...this.active];
  start = async () => undefined;
  drain = () => undefined;
  close = async () => undefined;

  private accept(wanted: WantedRun): WantedWithUuid {
    const { name } = wanted.settings;
    const spec = { ...wanted, uuid: `127.0.0.1-${this.port}-${name === undefined ? "" : `${name}_`}${++this.clock}` };
    this.wanted.push(spec);
    return spec;
  }

  private async execute(spec: WantedWithUuid): Promise<RunReply> {
    this.active.add(spec.uuid);
    const ending = await this.ending(spec);
    this.active.delete(spec.uuid);
    if (ending instanceof Error) throw ending;
    return {
      uuid: spec.uuid,
      state: "done",
      result: JSON.stringify(spec.args),
      errors: [],
      timings: { acceptedAt: Date.now(), waitMs: 0.25, runMs: 1.5 },
      route: "127.0.0.1:1>worker",
      ...ending,
    };
  }

  private async carryOut(spec: WantedWithUuid): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const { state, result, errors, endedBy, exitCode, route } = await this.execute(spec);
    const record = this.records.get(spec.uuid);
    if (record === undefined || isTerminal(record.state)) return;
    this.end(spec.uuid, { state, errors, endedBy, exitCode, route, startedAt: Date.now() }, String(result));
  }

  private chunksOf(uuid: string): LogChunk[] {
    const chunks = this.logs.get(uuid) ?? [];
    this.logs.set(uuid, chunks);
    return chunks;
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  /** Number of callers that wait for a change. */
  get waiting(): number {
    return this.listeners.size;
  }

  private change(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.listeners.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, Math.min(waitMs, 2_000_000_000)));
      this.listeners.add(done);
      signal?.addEventListener("abort", done);
    });
  }
}

export function recordOf({ uuid, file, args, by, settings }: WantedWithUuid): RunRecord {
  return {
    uuid,
    state: "accepted",
    name: settings.name,
    file,
    sourceHash: "0".repeat(64),
    args: args instanceof RawArgs ? args.shown : args,
    by,
    isAsync: true,
    node: "127.0.0.1:8787",
    priority: settings.priority ?? 0,
    retries: 0,
    attempt: 0,
    acceptedAt: Date.now(),
    errors: [],
  };
}
