import { availableParallelism } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { type ErrorCode, ServiceError } from "../../../base/errors.js";
import { threadSource } from "../../../base/thread-source.js";
import type { ParseAnswer, ParsedJob, ParseJob } from "./messages.js";

export interface ParseThreadsOptions {
  /** Longest time for one body, ms. */
  limitMs?: number;
  /** Threads at a time. */
  threads?: number;
  /** Bytes of bodies that may wait. */
  mostWaitingBytes?: number;
  /** Time without a body after which a thread ends, ms. */
  idleMs?: number;
}

const LIMIT_MS = 30_000;
const MOST_WAITING_BYTES = 256 * 1024 * 1024;
const IDLE_MS = 60_000;
/** JavaScript heap of a thread, MB: somewhat more than 10 MB of the least favourable YAML need. */
const HEAP_MB = 768;

interface Waiting {
  job: ParseJob;
  /** Memory that is moved to the thread with the task. */
  memory: ArrayBuffer[];
  resolve(parsed: ParsedJob): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  current: Waiting | undefined;
  timer: NodeJS.Timeout;
}

/**
 * The threads that read large bodies, so that these do not block the node's event loop. They are started on demand; each reads
 * one body at a time. A thread whose body takes too long is ended.
 */
export class ParseThreads {
  private readonly line: Waiting[] = [];
  private waitingBytes = 0;
  private readonly threads = new Set<Thread>();
  private readonly limitMs: number;
  private readonly most: number;
  private readonly mostWaitingBytes: number;
  private readonly idleMs: number;
  private isClosed = false;

  constructor(options: ParseThreadsOptions = {}) {
    this.limitMs = options.limitMs ?? LIMIT_MS;
    // One core is left for the event loop.
    this.most = options.threads ?? Math.max(1, Math.min(2, availableParallelism() - 1));
    this.mostWaitingBytes = options.mostWaitingBytes ?? MOST_WAITING_BYTES;
    this.idleMs = options.idleMs ?? IDLE_MS;
  }

  /** Number of threads. */
  get count(): number {
    return this.threads.size;
  }

  /**
   * Reads a body.
   * @param memory the memory of the body, if its bytes are not needed afterwards: it is moved to the thread. Otherwise the bytes
   *   are copied, which takes the event loop up to a tenth of a second for 10 MB
   * @throws ServiceError the refusal of the body, `document_too_slow`, `document_too_big`, `busy` when too many wait, `draining`
   */
  read(job: ParseJob, memory: ArrayBuffer[] = []): Promise<ParsedJob> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(new ServiceError("draining"));
      if (this.line.length > 0 && this.waitingBytes + job.bytes.length > this.mostWaitingBytes) {
        return reject(new ServiceError("busy"));
      }
      this.waitingBytes += job.bytes.length;
      this.line.push({ job, memory, resolve, reject });
      this.serve();
    });
  }

  /** Ends the threads; bodies that are being read or wait are refused. */
  async close(): Promise<void> {
    this.isClosed = true;
    const gone = new ServiceError("draining");
    for (const { reject } of this.line.splice(0)) reject(gone);
    await Promise.all([...this.threads].map((thread) => this.end(thread, gone)));
  }

  private serve(): void {
    while (this.line.length > 0) {
      const thread = this.idleThread();
      if (thread === undefined) return;
      const waiting = this.line.shift()!;
      this.waitingBytes -= waiting.job.bytes.length;
      this.give(thread, waiting);
    }
  }

  private idleThread(): Thread | undefined {
    for (const thread of this.threads) if (thread.current === undefined) return thread;
    return this.threads.size < this.most ? this.start() : undefined;
  }

  private start(): Thread {
    const { entry, eval: isScript } = threadSource(import.meta.url, compiledThread());
    const worker = new Worker(entry, {
      eval: isScript,
      name: "rojob-parse",
      execArgv: ["--no-warnings"],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    const thread: Thread = { worker, current: undefined, timer: setTimeout(() => undefined, 0) };
    this.threads.add(thread);
    worker.on("message", (answer: ParseAnswer) => this.take(thread, answer));
    worker.on("error", (error: NodeJS.ErrnoException) => void this.end(thread, reasonOf(thread, error)));
    worker.on("exit", () => void this.end(thread, new Error("the parse thread ended")));
    worker.unref();
    return thread;
  }

  private give(thread: Thread, waiting: Waiting): void {
    thread.current = waiting;
    clearTimeout(thread.timer);
    const { job } = waiting;
    thread.timer = setTimeout(() => {
      const file = fileOf(job);
      void this.end(thread, new ServiceError("document_too_slow", { file, limitMs: this.limitMs }));
    }, this.limitMs);
    thread.worker.postMessage(job, waiting.memory);
  }

  private take(thread: Thread, answer: ParseAnswer): void {
    const waiting = thread.current;
    thread.current = undefined;
    clearTimeout(thread.timer);
    thread.timer = setTimeout(() => void this.end(thread, new Error("it was idle")), this.idleMs).unref();
    if (waiting !== undefined) {
      if ("parsed" in answer) waiting.resolve(answer.parsed);
      else if ("refusal" in answer) waiting.reject(refusalOf(answer.refusal));
      else waiting.reject(new Error(answer.failure));
    }
    this.serve();
  }

  /** Ends a thread; its body is refused with the error. */
  private async end(thread: Thread, error: Error): Promise<void> {
    if (!this.threads.delete(thread)) return;
    clearTimeout(thread.timer);
    thread.current?.reject(error);
    thread.current = undefined;
    await thread.worker.terminate();
    this.serve();
  }
}

function reasonOf({ current }: Thread, error: NodeJS.ErrnoException): Error {
  if (error.code !== "ERR_WORKER_OUT_OF_MEMORY" || current === undefined) return error;
  const what = "parsing it takes too much memory";
  return new ServiceError("document_too_big", { file: fileOf(current.job), what, limit: `${HEAP_MB} MB` });
}

function fileOf(job: ParseJob): string {
  return job.kind === "ojob" ? job.file : job.kind;
}

function refusalOf({ code, values }: { code: string; values: Record<string, string | number> }): ServiceError {
  // These are the values of the message of that code.
  return new (ServiceError as new (code: string, values: object) => ServiceError<ErrorCode>)(code, values);
}

/** The compiled thread in the folder that the test run has compiled the program to. */
function compiledThread(): string | undefined {
  const build = process.env["ROJOB_BUILD"];
  return build && path.join(build, "service", "http", "body", "large", "thread.cjs");
}
