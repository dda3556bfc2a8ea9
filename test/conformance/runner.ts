import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { JobError, RunOutcome } from "../../service/runtime/base/host.js";
import type { Case } from "./cases.js";
import { ScratchCopies } from "./scratch.js";

/** Effects of a run of a case. */
export interface Actual {
  result?: unknown;
  stdout: string;
  errors: JobError[];
  exitCode: number;
  exception?: string;
  /** The process ended or hung without an answer. */
  died?: string;
}

/** Answer of the child. */
export interface ChildReply {
  stdout: string;
  outcome?: RunOutcome;
  exitCode: number;
  failure?: string;
}

const childFile = fileURLToPath(new URL("./child.ts", import.meta.url));
const LONGEST_MS = 60_000;

/** Runs cases in a process of its own, one after the other; a case that ends or hangs the process costs a new one. */
export class CaseRunner {
  private child: ChildProcess | undefined;
  private readonly copies = new ScratchCopies();

  async run(one: Case): Promise<Actual> {
    const scratch = this.copies.of(path.dirname(one.file));
    const reply = await this.ask({ file: path.join(scratch, path.basename(one.file)), args: one.args, cwd: scratch });
    return toActual(reply, scratch);
  }

  close(): void {
    this.end();
    this.copies.remove();
  }

  private end(): void {
    this.child?.kill("SIGKILL");
    this.child = undefined;
  }

  private ask(request: { file: string; args: unknown; cwd: string }): Promise<ChildReply | string> {
    const child = (this.child ??= spawn(process.execPath, [...process.execArgv, childFile], {
      stdio: ["ignore", "ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, TZ: "UTC", LC_ALL: "en_US.UTF-8", LANG: "en_US.UTF-8" },
    }));
    return new Promise((resolve) => {
      const replies = child.stdio[3] as Readable;
      let text = "";
      let stderr = "";
      const onReply = (chunk: Buffer): void => {
        text += chunk.toString("utf8");
        if (text.endsWith("\n")) finish(JSON.parse(text) as ChildReply);
      };
      const onStderr = (chunk: Buffer): void => {
        stderr = (stderr + chunk.toString("utf8")).slice(-4000);
      };
      const onClose = (): void => {
        if (this.child === child) this.child = undefined;
        finish(`the process ended without an answer: ${stderr.trim().slice(-300)}`);
      };
      const timer = setTimeout(() => {
        this.end();
        finish(`no answer after ${LONGEST_MS} ms`);
      }, LONGEST_MS);
      const finish = (reply: ChildReply | string): void => {
        clearTimeout(timer);
        replies.off("data", onReply);
        child.stderr?.off("data", onStderr);
        child.off("close", onClose);
        // A reply that came with the end of its process: the next case needs another.
        if (typeof reply !== "string" && reply.failure === "exit" && this.child === child) this.child = undefined;
        resolve(reply);
      };
      replies.on("data", onReply);
      child.stderr?.on("data", onStderr);
      child.on("close", onClose);
      child.send(request);
    });
  }
}

function toActual(reply: ChildReply | string, scratch: string): Actual {
  if (typeof reply === "string") return { stdout: "", errors: [], exitCode: -1, died: reply };
  const hide = (text: string): string => text.replaceAll(scratch, "<DIR>");
  const { outcome } = reply;
  if (outcome === undefined) return { stdout: "", errors: [], exitCode: -1, died: reply.failure };
  return {
    result: JSON.parse(hide(outcome.result)),
    stdout: hide(reply.stdout),
    errors: outcome.errors.map(({ name, error }) => ({ name, error: error.map(hide) })),
    exitCode: reply.exitCode,
    exception: outcome.exception && hide(outcome.exception.message),
  };
}
