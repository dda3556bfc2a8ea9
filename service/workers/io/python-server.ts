import { type ChildProcess, spawn } from "node:child_process";
import type { Place, ProcessEnd, PythonParams } from "../../runtime/base/operations.js";
import { NO_RUN, RUN_MARK } from "../protocol.js";
import { forgetHelper, keepHelper } from "./helper.js";
import type { Operation, Reporter } from "./operation.js";
import { killTree } from "./process-tree.js";
import { FRAME_HEAD, Frame, PYTHON_PROGRAM } from "./python-program.js";

interface Step {
  report: Reporter<"python">;
  pid?: number;
  isCancelled: boolean;
  /** It has ended; reported when the interpreter has ended too. */
  isDone: boolean;
}

const PLACE = `${RUN_MARK}=${NO_RUN}`;

/** An interpreter that executes steps, each in a copy of itself. */
export class PythonServer {
  isOver = false;
  private isClosing = false;
  private readonly child: ChildProcess;
  private readonly steps = new Map<number, Step>();
  private lastId = 0;
  private received: Buffer = Buffer.alloc(0);
  private ownOutput = "";

  /** @param onUnmarked called when its copies cannot take the mark of their run: then it must serve one run only */
  constructor(
    env: Record<string, string>,
    private readonly onUnmarked: () => void = () => undefined,
  ) {
    // The marks of the worker itself stay: by them the node finds leftovers of a worker.
    const all = { ...process.env, ...env };
    this.child = spawn("python3", ["-c", PYTHON_PROGRAM, PLACE], { cwd: "/", env: all, stdio: "pipe" });
    if (this.child.pid !== undefined) keepHelper(this.child.pid);
    this.child.stdin!.on("error", () => undefined); // its end has the reason
    this.child.stdout!.on("data", (chunk: Buffer) => this.take(chunk));
    this.child.stderr!.on("data", (chunk: Buffer) => {
      this.ownOutput = (this.ownOutput + chunk.toString()).slice(-2000);
    });
    this.child.on("error", (error: NodeJS.ErrnoException) => this.end(error.message, error.code));
    this.child.on("close", () => this.end(`python3 ended: ${this.ownOutput.trim() || "without a word"}`));
  }

  run({ code, vars, back, mark, cwd, env }: PythonParams & Place, report: Reporter<"python">): Operation<"python"> {
    const id = ++this.lastId;
    const step: Step = { report, isCancelled: false, isDone: false };
    this.steps.set(id, step);
    const place = [PLACE, `${RUN_MARK}=${env[RUN_MARK] ?? ""}`];
    this.child.stdin!.write(`${id} ${JSON.stringify({ code, vars, back, mark, cwd, env, place })}\n`);
    return {
      cancel: () => {
        step.isCancelled = true;
        if (step.pid !== undefined && this.steps.has(id)) killTree(step.pid, "SIGKILL");
      },
    };
  }

  /** Accepts no more steps; ends after those that run. */
  close(): void {
    this.isClosing = true;
    this.child.stdin!.end();
  }

  private take(chunk: Buffer): void {
    let data = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    while (data.length >= FRAME_HEAD) {
      const end = FRAME_HEAD + data.readUInt32BE(5);
      if (data.length < end) break;
      this.handle(data.readUInt32BE(0), data[4]!, data.subarray(FRAME_HEAD, end));
      data = data.subarray(end);
    }
    this.received = data;
  }

  private handle(id: number, kind: number, payload: Buffer): void {
    if (kind === Frame.hello && payload.toString() === "0") this.onUnmarked();
    const step = this.steps.get(id);
    if (step === undefined) return;
    if (kind === Frame.pid) {
      step.pid = Number(payload.toString());
      if (step.isCancelled) killTree(step.pid, "SIGKILL");
    } else if (kind === Frame.end) {
      step.isDone = true;
      if (this.isClosing) return; // it ends itself: a run is not over before that
      this.steps.delete(id);
      if (!step.isCancelled) step.report.end({ exitCode: 0 } satisfies ProcessEnd);
    } else if (!step.isCancelled) step.report.emit(kind === Frame.out ? "out" : "err", undefined, payload);
  }

  private end(error: string, code?: string): void {
    this.isOver = true;
    if (this.child.pid !== undefined) forgetHelper(this.child.pid);
    for (const { report, isCancelled, isDone } of this.steps.values()) {
      const how: ProcessEnd = isDone ? { exitCode: 0 } : { exitCode: 127, error, code };
      if (!isCancelled) report.end(how);
    }
    this.steps.clear();
  }
}
