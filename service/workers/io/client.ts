import path from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { threadSource } from "../../thread-source.js";
import { MOST_HELPERS } from "./helper.js";

/** Name of the bundled I/O thread in the folder of bundles. */
export const THREAD_BUNDLE = "io-thread.cjs";

/** An event of an operation, as the I/O thread posts it. The last one of an operation has the type `end`. */
export interface IoEvent {
  id: number;
  type: string;
  data?: unknown;
  bytes?: Uint8Array;
}

/** What the worker tells its I/O thread. */
export type IoCommand =
  | { op: "start"; id: number; kind: string; params: Record<string, unknown>; bytes?: Uint8Array }
  | { op: "send"; id: number; type: string; data: unknown; bytes?: Uint8Array }
  | { op: "cancel"; id: number }
  | { op: "endOfRun" };

/**
 * The worker's side of its I/O thread. The worker's own event loop stands still while a job runs; this thread does what
 * needs one, and wakes the worker by a counter both can see.
 */
export class IoClient {
  /** Counts events; the other numbers are ids of processes that are kept for the next run, 0 where there is none. */
  private readonly bell = new Int32Array(new SharedArrayBuffer(4 * (1 + MOST_HELPERS)));
  private readonly port;
  private lastId = 0;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    // When the program runs from its sources, a worker process finds it bundled by its node (workers/bundles.ts).
    const bundles = process.env["ROJOB_BUNDLES"];
    const source = threadSource(import.meta.url, bundles && path.join(bundles, THREAD_BUNDLE));
    const thread = new Worker(source.entry, {
      eval: source.eval,
      // No loaders: they would need the event loop of this thread.
      execArgv: ["--no-warnings"],
      name: "rojob-io",
      workerData: { port: port2, bell: this.bell },
      transferList: [port2],
      stdout: false,
      stderr: false,
    });
    thread.unref();
    this.port.unref();
  }

  /** Ids of the processes that are kept for the next run. */
  helperPids(): number[] {
    return [...this.bell.subarray(1)].filter((pid) => pid !== 0);
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

  /** Ends connections kept for the run that is over. */
  endOfRun(): void {
    this.post({ op: "endOfRun" });
  }

  /** Events that are there; if there are none, waits for the first at most `timeoutMs`. */
  poll(timeoutMs: number): IoEvent[] {
    const seen = Atomics.load(this.bell, 0);
    const events = this.drain();
    if (events.length > 0 || timeoutMs <= 0) return events;
    Atomics.wait(this.bell, 0, seen, timeoutMs);
    return this.drain();
  }

  private drain(): IoEvent[] {
    const events: IoEvent[] = [];
    for (let next = receiveMessageOnPort(this.port); next !== undefined; next = receiveMessageOnPort(this.port))
      events.push(next.message as IoEvent);
    return events;
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
