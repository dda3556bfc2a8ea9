import type { ProcessEnd } from "../../base/operations.js";
import { endOp, forgetOp, type Op, sendOp, startOp, waitUntil } from "../../base/scheduler.js";
import { decode } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import { ChunkDecoder } from "../streams/chunk-decoder.js";
import { PipeInput, PipeOutput } from "./pipes.js";

/** A process to start. */
export interface CommandOptions {
  /** A text for the shell, or a program and its arguments. */
  command: string | string[];
  /** Text for its standard input; `null`: it stays open; absent: there is none. */
  input?: string | null;
  /** Folder to run in; absent: the run's. */
  cwd?: string;
  /** Its environment; absent: the run's. */
  env?: Record<string, string>;
  timeoutMs?: number;
  /** `keep` for reading it here, `pass` into the run's output as it comes, `drop`. */
  output: "keep" | "pass" | "drop";
}

/** A process of this run. */
export class Command {
  readonly out = new PipeInput();
  readonly err = new PipeInput();
  readonly input = new PipeOutput(
    (bytes) => sendOp(this.op, { type: "input", data: null }, bytes),
    () => sendOp(this.op, { type: "close", data: null }),
  );
  private readonly op: Op<"process">;
  private ended: ProcessEnd | undefined;

  constructor(private readonly options: CommandOptions) {
    const { command, input, cwd, env, timeoutMs, output } = options;
    const pass = { out: new ChunkDecoder(), err: new ChunkDecoder() };
    const params = { command, input, cwd, env, timeoutMs, discard: output === "drop" || undefined };
    this.op = startOp("process", params, (event, bytes) => {
      if (event.type === "out" || event.type === "err") {
        if (output === "keep") this[event.type].feed(bytes!);
        else world.host.output.write(event.type === "out" ? 1 : 2, pass[event.type].push(bytes!));
      } else if (event.type === "end") {
        forgetOp(this.op);
        if (output === "pass") this.passRest(pass.out.end(), pass.err.end());
        this.ended = event.data;
        this.out.finish();
        this.err.finish();
      }
    });
  }

  get isAlive(): boolean {
    return this.ended === undefined;
  }

  get timedOut(): boolean {
    return this.ended?.timedOut === true;
  }

  /**
   * Waits for the end, at most `timeoutMs`; false when that was over first.
   * @throws JavaException `java.io.IOException` when it could not be started
   */
  wait(timeoutMs?: number): boolean {
    const isOver = waitUntil(() => this.ended !== undefined, timeoutMs, "a process");
    if (this.ended?.error !== undefined) throw this.startFailure(this.ended);
    return isOver;
  }

  /** Code it ended with; 128 and the signal's number when it was killed. */
  get exitCode(): number {
    return this.ended?.exitCode ?? -1;
  }

  /** Its output that was not read. */
  rest(stream: "out" | "err", encoding?: string): string {
    return this[stream].isClosed ? "" : decode(this[stream].all(), encoding);
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    if (this.isAlive) sendOp(this.op, { type: "kill", data: signal });
  }

  /** Ends it without waiting for that: the task that waited for it was interrupted. */
  abandon(): void {
    if (this.isAlive) endOp(this.op);
  }

  private passRest(out: string, err: string): void {
    if (out !== "") world.host.output.write(1, out);
    if (err !== "") world.host.output.write(2, err);
  }

  private startFailure(end: ProcessEnd): JavaException {
    const { command, cwd } = this.options;
    const program = typeof command === "string" ? "/bin/sh" : command[0];
    const where = cwd === undefined ? "" : ` (in directory "${cwd}")`;
    const reason = startFailures[end.code ?? ""] ?? end.error;
    return new JavaException("java.io.IOException", `Cannot run program "${program}"${where}: ${reason}`);
  }
}

const startFailures: Record<string, string> = {
  ENOENT: "error=2, No such file or directory",
  EACCES: "error=13, Permission denied",
  E2BIG: "error=7, Argument list too long",
};
