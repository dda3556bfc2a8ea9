import { existsSync } from "node:fs";
import path from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { threadSource } from "../../base/thread-source.js";
import { MAX_HELPERS } from "./helper.js";

/** Name of the bundled I/O thread in the folder of bundles. */
export const THREAD_BUNDLE = "io-thread.cjs";

/** Interval at which a worker that waits for an event checks its I/O thread, ms. */
const CHECK_MS = 1000;

/**
 * An event of an operation, as the I/O thread posts it. The last one of an operation has the type `end`; id 0 is {@link
 * ThreadFailure}.
 */
export interface IoEvent {
  id: number;
  type: string;
  data?: unknown;
  bytes?: Uint8Array;
}

/** The I/O thread caught an exception of a library: its state is unknown, and its worker must not serve another run. */
export interface ThreadFailure {
  id: 0;
  type: "failed";
  data: string;
}

/** Message of the worker to its I/O thread. */
export type IoCommand =
  | { op: "start"; id: number; kind: string; params: Record<string, unknown>; bytes?: Uint8Array }
  | { op: "send"; id: number; type: string; data: unknown; bytes?: Uint8Array }
  | { op: "cancel"; id: number }
  | { op: "endOfRun" };

/**
 * The worker's side of its I/O thread. The worker's own event loop is blocked while a job runs; the thread does the
 * work that needs one, and wakes the worker by a shared counter.
 */
export class IoClient {
  /** Counter of events, then the ids of processes that are kept for the next run, 0 for a free place. */
  private readonly eventCounter = new Int32Array(new SharedArrayBuffer(4 * (1 + MAX_HELPERS)));
  /** Task id of the thread in the system; 0 while it starts, or where there is no /proc. */
  private readonly task = new Int32Array(new SharedArrayBuffer(4));
  private readonly port;
  private lastId = 0;
  /** Reason for which the thread is not to be used any more. */
  failure: string | undefined;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    // When the program runs from its sources, the node has bundled the thread for its workers (workers/bundles.ts).
    const bundles = process.env["ROJOB_BUNDLES"];
    const source = threadSource(import.meta.url, bundles && path.join(bundles, THREAD_BUNDLE));
    const thread = new Worker(source.entry, {
      eval: source.eval,
      // No loaders: they would need the event loop of this thread.
      execArgv: ["--no-warnings"],
      name: "rojob-io",
      workerData: { port: port2, eventCounter: this.eventCounter, task: this.task },
      transferList: [port2],
      stdout: false,
      stderr: false,
    });
    thread.unref();
    this.port.unref();
  }

  /** Ids of the processes that are kept for the next run. */
  helperPids(): number[] {
    return [...this.eventCounter.subarray(1)].filter((pid) => pid !== 0);
  }

  start(kind: string, params: Record<string, unknown>, bytes?: Uint8Array): number {
    const id = ++this.lastId;
    this.post({ op: "start", id, kind, params, bytes });
    return id;
  }

  send(id: number, type: string, data: unknown, bytes?: Uint8Array): void {
    this.post({ op: "send", id, type, data, bytes });
  }

  cancel(id: number): void {
    this.post({ op: "cancel", id });
  }

  /** Closes connections kept for the ended run. */
  endOfRun(): void {
    this.post({ op: "endOfRun" });
  }

  /**
   * The events that are there; without any, waits for the first at most `timeoutMs`.
   * @throws Error when the thread has ended
   */
  poll(timeoutMs: number): IoEvent[] {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const seen = Atomics.load(this.eventCounter, 0);
      const events = this.drain();
      const leftMs = untilMs - performance.now();
      if (events.length > 0 || leftMs <= 0) return events;
      if (Atomics.wait(this.eventCounter, 0, seen, Math.min(leftMs, CHECK_MS)) === "timed-out") this.lookAfterThread();
    }
  }

  private drain(): IoEvent[] {
    const events: IoEvent[] = [];
    for (let next = receiveMessageOnPort(this.port); next !== undefined; next = receiveMessageOnPort(this.port)) {
      const event = next.message as IoEvent | ThreadFailure;
      if (event.id === 0) this.failure = String(event.data);
      else events.push(event);
    }
    return events;
  }

  /** The exit event of the thread would need the event loop, which is blocked while a job runs. */
  private lookAfterThread(): void {
    const task = Atomics.load(this.task, 0);
    if (task === 0 || existsSync(`/proc/self/task/${task}`)) return;
    this.failure ??= "it has ended";
    throw new Error(`the I/O thread of the worker has failed: ${this.failure}`);
  }

  private post(command: IoCommand): void {
    this.port.postMessage(command);
  }
}

let client: IoClient | undefined;

/** The I/O thread of this process, started when it is first needed. */
export function ioThread(): IoClient {
  client ??= new IoClient();
  return client;
}
