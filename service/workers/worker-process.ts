import { textOf } from "../base/json/text-of.js";
import type { RunReply, RunSpec } from "../model/run.js";
import type { WorkerGroup, WorkerGroups } from "./cgroups.js";
import { CurrentRun } from "./current-run.js";
import { FrameFlow } from "./frame-flow.js";
import type { Guard } from "./guard.js";
import { type Launched, launchWorker } from "./launch.js";
import { killLeftovers, killWithDescendants } from "./leftover-processes.js";
import type { PoolOptions } from "./pool-options.js";
import { signalProcess } from "./process-table.js";
import {
  type DoneHead,
  encodeFrame,
  framePieces,
  Kind,
  POOL_MARK,
  RUN_MARK,
  splitHead,
  type WorkerSettings,
  withHead,
} from "./protocol.js";
import { causeOfDeath, type EndCause, endedReply, exitReply, parseOutcome, replyOf, timingsOf } from "./run-reply.js";

/** Shared by the worker processes of a pool. */
export interface WorkerContext {
  options: PoolOptions;
  /** Value of the mark of all processes of the pool. */
  poolMark: string;
  guard: Guard;
  bundles: string | undefined;
  /** Words of `subreaperWords`. */
  subreaper: readonly string[];
  /** Set where there are control groups. */
  groups: WorkerGroups | undefined;
  onReady(worker: WorkerProcess): void;
  /** Its run is over and it accepts another. */
  onFree(worker: WorkerProcess): void;
  /** It accepts no run from now on: it has exited, or is being ended. */
  onLeave(worker: WorkerProcess): void;
  /** It should be replaced: at once when it is not usable any more, else when the replacement is ready. */
  onRetire(worker: WorkerProcess, reasons: string[], isUsable: boolean): void;
  /** The process is gone. `ownOutput` is its own output, `wasAsked` says whether the node has ended it. */
  onEnd(worker: WorkerProcess, ownOutput: string, wasAsked: boolean): void;
}

/** Longest wait for the last output of an ended process, ms; its descendants may hold its pipes open. */
const LAST_OUTPUT_MS = 200;
/** Most text kept of a process's own output. */
const MAX_OWN_OUTPUT = 64 * 1024;

/** One worker process, seen from the node. */
export class WorkerProcess {
  state: "starting" | "free" | "busy" | "ending" | "ended" = "starting";
  readonly pid: number | undefined;
  /** Settles when the process and all its descendants are gone. */
  readonly ended: Promise<void>;
  current: CurrentRun | undefined;
  /** It has been ready: its end is not a failure to start. */
  hasBeenReady = false;
  /** The node has ended it. */
  private wasAsked = false;
  private readonly child: Launched;
  private readonly group: WorkerGroup | undefined;
  private ownOutput = "";
  private finishEnd!: () => void;

  constructor(
    private readonly context: WorkerContext,
    readonly isFork: boolean,
  ) {
    const { options, poolMark } = context;
    this.ended = new Promise((resolve) => {
      this.finishEnd = resolve;
    });
    this.child = launchWorker(options.jobMemoryMb, { [POOL_MARK]: poolMark }, context.bundles, context.subreaper);
    this.pid = this.child.process.pid;
    this.listen();
    if (this.pid !== undefined) {
      context.guard.add(this.pid);
      this.group = context.groups?.add(this.pid);
    }
    void this.configure();
  }

  /** Sends the settings; the worker accepts runs after that. */
  private async configure(): Promise<void> {
    const { options, poolMark, subreaper } = this.context;
    const cgroup = (await this.group?.joined) ? this.group!.folder : undefined;
    const env = Object.fromEntries(
      Object.entries(options.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const { spares, isolation, cwd, maxResultBytes, jobMemoryMb } = options;
    const settings: WorkerSettings = {
      ...{ spares, isolation, cwd, env, marks: { [POOL_MARK]: poolMark }, maxResultBytes, jobMemoryMb, cgroup },
      isSubreaper: subreaper.length > 0,
    };
    this.child.requests.write(encodeFrame(Kind.settings, JSON.stringify(settings)));
  }

  /**
   * Starts a run.
   * @param requestJson JSON of `RunRequest`; pieces of a large one are sent as they are
   * @throws Error when the worker is not free: a run given to a process that has exited would never end
   */
  run(spec: RunSpec, requestJson: string | readonly Buffer[]): Promise<RunReply> {
    if (this.state !== "free") throw new Error(`worker ${this.pid} accepts no run: it is ${this.state}`);
    const current = new CurrentRun(spec, this.context.options.onOutput);
    this.current = current;
    this.state = "busy";
    const head = { uuid: spec.uuid };
    if (typeof requestJson === "string") this.child.requests.write(encodeFrame(Kind.run, withHead(head, requestJson)));
    else this.send(framePieces(Kind.run, head, requestJson));
    current.limitTime(this.context.options.jobTimeoutMs, (text) => this.stop({ by: "timeout", state: "killed", text }));
    return current.reply;
  }

  /** Sends a frame in pieces, with as few calls of the system as one. */
  private send(pieces: readonly Buffer[]): void {
    const { requests } = this.child;
    requests.cork();
    for (const piece of pieces) requests.write(piece);
    requests.uncork();
  }

  /** Ends the current run by ending the process. */
  stop(cause: EndCause): void {
    if (this.current !== undefined) this.current.cause ??= cause;
    this.end();
  }

  /** Ends the process with its group. */
  end(): void {
    if (this.state === "ending" || this.state === "ended") return;
    const isBusy = this.state === "busy";
    this.wasAsked = true;
    this.leave();
    if (this.pid === undefined) return;
    if (isBusy) killWithDescendants(this.pid);
    else signalProcess(-this.pid, "SIGKILL");
  }

  private leave(): void {
    this.state = "ending";
    this.context.onLeave(this);
  }

  private listen(): void {
    const { process: child, requests, frames } = this.child;
    const flow = new FrameFlow(
      frames,
      (kind, payload) => this.take(kind, payload),
      ({ message }) => this.breakOff(`another writer used the channel of the worker (${message})`),
    );
    frames.on("end", () =>
      setTimeout(() => this.breakOff("the channel of the worker was closed"), LAST_OUTPUT_MS).unref(),
    );
    // A broken pipe means that the process has ended, which is handled.
    for (const stream of [requests, frames]) stream.on("error", () => undefined);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => this.receiveOutput(text));
      stream.on("error", () => undefined);
    }
    child.on("error", (error) => {
      this.ownOutput += error.message;
      if (this.pid === undefined) void this.reap(null, null);
    });
    child.on("exit", (code, signal) => {
      if (this.pid !== undefined) signalProcess(-this.pid, "SIGKILL");
      // Before its last frames are read: it must not get a run meanwhile.
      if (this.state !== "ending") this.leave();
      let isReaped = false;
      const reap = (): void => {
        if (!isReaped) void this.reap(code, signal);
        isReaped = true;
      };
      const waitForOutput = (): unknown => setTimeout(() => (flow.isBehind ? waitForOutput() : reap()), LAST_OUTPUT_MS);
      child.once("close", reap);
      waitForOutput();
    });
  }

  private take(kind: Kind, payload: Buffer): void {
    if (kind === Kind.ready) {
      if (this.state !== "starting") return;
      this.state = "free";
      this.hasBeenReady = true;
      this.context.onReady(this);
    } else if (kind === Kind.out) this.current?.write(1, textOf(payload));
    else if (kind === Kind.err) this.current?.write(2, textOf(payload));
    else if (kind === Kind.done) this.done(payload);
    else if (kind === Kind.retire) this.context.onRetire(this, JSON.parse(payload.toString()) as string[], true);
    else if (this.current !== undefined) {
      if (kind === Kind.reaches) this.current.hasReached = true;
      else if (kind === Kind.exit) this.current.exit = splitHead(payload);
    }
  }

  private done(payload: Buffer): void {
    const current = this.current;
    if (current === undefined || current.cause !== undefined) return;
    const { head, body } = splitHead<DoneHead>(payload);
    const reply = replyOf(current.spec, parseOutcome(body, head.outcome), timingsOf(current.acceptedAt, head.runMs));
    if (head.isTooLarge) reply.endedBy = "result";
    this.current = undefined;
    this.ownOutput = "";
    // The last frame of a process that has exited.
    if (this.state !== "busy") return current.finish(reply);
    const isUsable = head.left.length === 0 && this.context.options.isolation === "context";
    if (isUsable) this.state = "free";
    else this.end();
    current.finish(reply);
    if (isUsable) this.context.onFree(this);
    else this.context.onRetire(this, head.left, false);
  }

  /** Logs the process's own output: there is none, unless it crashes, or code got out of its environment. */
  private receiveOutput(text: string): void {
    this.context.options.log.warn({ pid: this.pid, uuid: this.current?.spec.uuid }, `worker output: ${text.trimEnd()}`);
    if (this.ownOutput.length < MAX_OWN_OUTPUT) this.ownOutput += text.slice(0, MAX_OWN_OUTPUT);
  }

  private breakOff(what: string): void {
    if (this.state !== "ending" && this.state !== "ended")
      this.stop({ by: "crash", state: "failed", text: `crash: ${what}` });
  }

  /** Reaps the process: ends its leftovers, then answers its run. */
  private async reap(code: number | null, signal: string | null): Promise<void> {
    this.state = "ended";
    const current = this.current;
    this.current = undefined;
    if (this.pid !== undefined) {
      await this.endLeft(this.pid, current).catch((error: Error) =>
        this.context.options.log.error(
          { uuid: current?.spec.uuid },
          `cannot look for leftover processes: ${error.message}`,
        ),
      );
      this.context.guard.remove(this.pid);
    }
    if (current !== undefined) this.answer(current, code, signal);
    this.context.onEnd(this, this.ownOutput, this.wasAsked || current?.exit !== undefined);
    this.finishEnd();
  }

  private async endLeft(workerPid: number, current: CurrentRun | undefined): Promise<void> {
    const hasJoined = await this.group?.joined;
    if (this.group !== undefined) await this.context.groups!.end(this.group);
    if (current?.hasReached && !hasJoined) await killLeftovers({ workerPid, mark: `${RUN_MARK}=${current.spec.uuid}` });
  }

  private answer(current: CurrentRun, code: number | null, signal: string | null): void {
    const { spec, acceptedAt, exit } = current;
    if (exit !== undefined && current.cause === undefined) {
      current.finish(
        exitReply(
          spec,
          parseOutcome(exit.body, exit.head.outcome),
          exit.head.code,
          timingsOf(acceptedAt, exit.head.runMs),
        ),
      );
      return;
    }
    const cause = current.cause ?? causeOfDeath(code, signal, this.ownOutput, this.context.options.jobMemoryMb);
    current.write(2, this.ownOutput);
    current.finish(endedReply(spec, cause, timingsOf(acceptedAt, current.elapsedMs), code ?? undefined));
  }
}
