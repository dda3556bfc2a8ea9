import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { StartOperation } from "./operation.js";

/** Parameters of the operation `process`. */
export interface ProcessParams {
  /** A text for `/bin/sh -c`, or a program and its arguments. */
  command: string | string[];
  cwd: string;
  env: Record<string, string>;
  /** Text for its standard input, which is closed after it; absent: the input is closed at once; `null`: it stays open and empty. */
  input?: string | null;
  /** After this many ms it is killed (signal 9) and reported with `timedOut`. */
  timeoutMs?: number;
}

/** Last event of the operation: how it ended. */
export interface ProcessEnd {
  exitCode: number;
  signal?: string;
  timedOut?: boolean;
  /** It could not be started. */
  error?: string;
  code?: string;
}

/** A child process. Events: `out` and `err` with bytes, `end` with {@link ProcessEnd}. Message `input` writes to it, `close` closes its input. */
export const startProcess: StartOperation = (params: ProcessParams, report) => {
  const isShell = typeof params.command === "string";
  const [program, ...args] = isShell ? ["/bin/sh", "-c", params.command as string] : (params.command as string[]);
  const child = spawn(program!, args, { cwd: params.cwd, env: params.env, stdio: ["pipe", "pipe", "pipe"] });
  let timedOut = false;
  const timer =
    params.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          child.kill("SIGKILL");
        }, params.timeoutMs);

  child.stdout.on("data", (chunk: Buffer) => report.emit("out", undefined, chunk));
  child.stderr.on("data", (chunk: Buffer) => report.emit("err", undefined, chunk));
  // A child that does not read its input closes it early: not an error of ours.
  child.stdin.on("error", () => undefined);
  child.on("error", (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    report.end({
      exitCode: error.code === "ENOENT" ? 127 : 126,
      error: error.message,
      code: error.code,
    } satisfies ProcessEnd);
  });
  child.on("close", (code, signal) => {
    clearTimeout(timer);
    if (child.pid === undefined) return; // reported by "error"
    const exitCode = code ?? 128 + (signalNumbers[signal ?? ""] ?? 0);
    report.end({ exitCode, signal: signal ?? undefined, timedOut } satisfies ProcessEnd);
  });
  if (typeof params.input === "string") child.stdin.end(params.input);
  else if (params.input === undefined) child.stdin.end();

  return {
    send(type, data, bytes) {
      if (type === "input") child.stdin.write(bytes ?? String(data));
      else if (type === "close") child.stdin.end();
    },
    cancel() {
      clearTimeout(timer);
      child.kill("SIGKILL");
    },
  };
};

const signalNumbers = constants.signals as Record<string, number>;
