import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { constants } from "node:os";
import type { StartOperation } from "./operation.js";
import { killTree } from "./process-tree.js";

/** A child process. */
export const startProcess: StartOperation<"process"> = (params, report) => {
  const isShell = typeof params.command === "string";
  const [program, ...args] = isShell ? ["/bin/sh", "-c", params.command as string] : (params.command as string[]);
  const output = params.discard ? "ignore" : "pipe";
  const stdio: StdioOptions = [params.input === undefined ? "ignore" : "pipe", output, output];
  const child = spawn(program!, args, { cwd: params.cwd, env: params.env, stdio });
  let timedOut = false;
  const timer = params.timeoutMs === undefined ? undefined : setTimeout(onTimeout, params.timeoutMs);

  child.stdout?.on("data", (chunk: Buffer) => report.emit("out", undefined, chunk));
  child.stderr?.on("data", (chunk: Buffer) => report.emit("err", undefined, chunk));
  // A child that does not read its input closes it early: not an error of this program.
  child.stdin?.on("error", () => undefined);
  child.on("error", (error: NodeJS.ErrnoException) => {
    if (child.pid !== undefined) return; // a signal that could not be sent: `close` will report it
    clearTimeout(timer);
    report.end({
      exitCode: error.code === "ENOENT" ? 127 : 126,
      error: error.message,
      code: error.code,
    });
  });
  // `exit` comes before the last output, `close` after it: after a kill only `exit` is waited for.
  child.on("exit", (code, signal) => {
    if (timedOut) finish(code, signal);
  });
  child.on("close", finish);
  if (typeof params.input === "string") child.stdin?.end(params.input);

  let ended = false;
  function finish(code: number | null, signal: NodeJS.Signals | null): void {
    clearTimeout(timer);
    if (ended || child.pid === undefined) return; // the latter is reported by "error"
    ended = true;
    const exitCode = code ?? 128 + (signalNumbers[signal ?? ""] ?? 0);
    report.end({ exitCode, signal: signal ?? undefined, timedOut });
    child.stdout?.destroy();
    child.stderr?.destroy();
  }

  function onTimeout(): void {
    timedOut = true;
    kill(child, "SIGTERM");
    kill(child, "SIGKILL");
  }

  return {
    send(message, bytes) {
      if (message.type === "input") child.stdin?.write(bytes ?? "");
      else if (message.type === "close") child.stdin?.end();
      else if (message.type === "kill") kill(child, message.data as NodeJS.Signals);
    },
    cancel() {
      clearTimeout(timer);
      kill(child, "SIGKILL");
    },
  };
};

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killTree(child.pid, signal);
}

const signalNumbers = constants.signals as Record<string, number>;
