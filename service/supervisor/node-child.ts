import { type ChildProcess, spawn } from "node:child_process";
import { type Backoff, backoffMs } from "../base/backoff.js";
import type { SupervisedNode } from "./supervisor-file.js";

/** Pauses before a node that has ended by itself is started again. */
const RESTARTS: Backoff = { firstMs: 1000, longestMs: 30_000 };
/** A node that lived for so long starts with the shortest pause again, ms. */
const STEADY_MS = 60_000;
/** Longest wait for the output of an ended node, ms: a process that it left may hold the pipe. */
const LAST_OUTPUT_MS = 2000;
/** Lines of a node's error output that are kept for the reason of its end. */
const LAST_LINES = 20;

export interface NodeChildOptions {
  /** Port to listen on. */
  port: number;
  /** Program and arguments of a node on a port. */
  command: (port: number) => [string, string[]];
  /** Time that a node started now has to end after SIGTERM, ms: then it is killed. Default: no limit. */
  stopLimitMs?: () => number | undefined;
  /** Called with every change of {@link NodeChild.node}. */
  onChange(): void;
  /** Logs events, and the node's error output. */
  log(line: string): void;
}

/** One supervised node: its process, and the next one when that ends by itself. */
export class NodeChild {
  readonly node: SupervisedNode;
  /** Lines it printed when it was ready the first time: there may be a generated key among them. */
  announcement = "";
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended: Promise<void> = Promise.resolve();
  private failures = 0;
  private stopLimitMs: number | undefined;

  constructor(private readonly options: NodeChildOptions) {
    this.node = { port: options.port, state: "starting", restarts: 0 };
  }

  /**
   * Starts it.
   * @throws Error when it ends before it is ready, with its output
   */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.spawn({ onReady: resolve, onFailed: reject }));
  }

  /** Stops it; a second call ends it at once. Resolves when it has ended. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const { child } = this;
    this.change({ state: child === undefined ? "stopped" : "stopping" });
    if (child === undefined) return;
    child.kill("SIGTERM");
    const { stopLimitMs } = this;
    const kill = (): void => {
      this.options.log(`${this.node.port}: not ended within ${stopLimitMs} ms, killing it`);
      child.kill("SIGKILL");
    };
    const limit = stopLimitMs === undefined ? undefined : setTimeout(kill, stopLimitMs);
    await this.ended;
    clearTimeout(limit);
  }

  /**
   * Stops it and starts it anew.
   * @param isWanted is it still to be started when it has ended?
   * @throws Error as {@link start}; then it is retried
   */
  async restart(isWanted: () => boolean): Promise<void> {
    await this.stop();
    if (!isWanted()) return;
    try {
      await this.start();
    } catch (error) {
      // It may have ended because a stop was requested meanwhile.
      if (!isWanted()) return;
      this.startLater();
      throw error;
    }
  }

  /** @param starter caller that waits for it to be ready; without one it is started again when it fails to start */
  private spawn(starter?: Starter): void {
    const [program, argv] = this.options.command(this.node.port);
    this.stopLimitMs = this.options.stopLimitMs?.();
    const child = spawn(program, argv, { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    this.change({ state: "starting", pid: child.pid, startedAt: Date.now() });
    const lastLines: string[] = [];
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      if (this.node.state !== "starting") return;
      said += chunk;
      const url = /^READY (\S+)$/m.exec(said)?.[1];
      if (url === undefined) return;
      this.announcement ||= said;
      this.change({ state: "ready", url });
      starter?.onReady();
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      for (const line of chunk.trimEnd().split("\n")) {
        this.options.log(`${this.node.port}: ${line}`);
        lastLines.push(line);
      }
      lastLines.splice(0, lastLines.length - LAST_LINES);
    });
    this.ended = new Promise((resolve) => {
      let reason: string | undefined;
      let isOver = false;
      let late: NodeJS.Timeout | undefined;
      const over = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (isOver) return;
        isOver = true;
        clearTimeout(late);
        child.stdout.destroy();
        child.stderr.destroy();
        reason ??= signal === null ? `exited with ${code}` : `was ended by ${signal}`;
        const wasReady = this.node.state === "ready";
        this.onEnded({ code, reason: [reason, ...lastLines].join("\n"), isAwaited: starter !== undefined });
        resolve();
        if (!wasReady) starter?.onFailed(new Error(lastLines.join("\n") || reason));
      };
      child.once("error", (error) => (reason = error.message));
      child.once("exit", (code, signal) => {
        late = setTimeout(over, LAST_OUTPUT_MS, code, signal);
      });
      child.once("close", over);
    });
  }

  private onEnded({ code, reason, isAwaited }: { code: number | null; reason: string; isAwaited: boolean }): void {
    const { state, startedAt = 0 } = this.node;
    this.child = undefined;
    this.options.log(`${this.node.port}: ${reason.split("\n", 1)[0]}`);
    this.change({ pid: undefined, startedAt: undefined, lastEnd: reason });
    if (state === "stopping" || (state === "ready" && code === 0)) return this.change({ state: "stopped" });
    if (Date.now() - startedAt > STEADY_MS) this.failures = 0;
    // The caller that waits for a node decides about one that was not ready.
    if (state === "ready" || !isAwaited) this.startLater();
  }

  private startLater(): void {
    const pauseMs = backoffMs(++this.failures, RESTARTS);
    this.change({ state: "waiting", restarts: this.node.restarts + 1 });
    this.options.log(`${this.node.port}: restarting in ${pauseMs} ms`);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.spawn(), pauseMs);
  }

  private change(changes: Partial<SupervisedNode>): void {
    Object.assign(this.node, changes);
    this.options.onChange();
  }
}

/** Caller that waits for a node to be ready. */
interface Starter {
  onReady(): void;
  /** It ended before it was ready. */
  onFailed(error: Error): void;
}
