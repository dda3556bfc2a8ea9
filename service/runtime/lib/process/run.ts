import { jobScope } from "../../base/job-scope.js";
import { passInterrupt } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { Command } from "./command.js";
import { withoutGivenSteering } from "./envs.js";
import type { PipeInput, PipeOutput } from "./pipes.js";

/** Settings of one command of `sh` and `$sh`; only the command is required. */
export interface RunOptions {
  input?: unknown;
  /** ms until it is killed. */
  timeout?: unknown;
  /** Its output goes straight into the run's. */
  inherit?: boolean;
  folder?: string;
  callback?: StreamCallback;
  encoding?: string;
  dontWait?: boolean;
  envs?: Record<string, unknown>;
  /** Asked every half second while it runs; `"destroy"` and `"force"` end it. */
  exitCallback?: (process: ProcessHandle) => unknown;
}

export type StreamCallback = (out: PipeInput, err: PipeInput, input: PipeOutput) => unknown;

export interface RunResult {
  stdout: string;
  stderr: string;
  exitcode: number;
}

/** Argument of an exit callback. */
interface ProcessHandle {
  isAlive(): boolean;
  destroy(): void;
  destroyForcibly(): void;
}

const EXIT_CALLBACK_MS = 500;

/** Runs one command to its end (unless the settings say not to wait). */
export function runCommand(command: string | string[], options: RunOptions): RunResult {
  const { callback, dontWait = false, encoding } = options;
  const inherit = options.inherit === true;
  const useCallback = typeof callback === "function" && !inherit;
  const timeout = Number(options.timeout ?? -1);
  const running = new Command({
    command,
    // A command that inherits has the service's own input, which is empty; another's stays open until it ends.
    input: inherit ? undefined : typeof options.input === "string" ? options.input : null,
    cwd: options.folder === undefined || options.folder === null ? undefined : String(options.folder),
    env:
      options.envs === undefined || typeof options.envs === "function"
        ? undefined
        : withoutGivenSteering(textsOf(options.envs)),
    timeoutMs: timeout >= 0 ? timeout : undefined,
    output: inherit ? "pass" : dontWait && !useCallback ? "drop" : "keep",
  });
  try {
    if (useCallback) callCallback(callback, running);
    if (dontWait) return { stdout: "", stderr: "", exitcode: -1 };
    if (typeof options.exitCallback === "function") ask(options.exitCallback, running);
    else running.wait();
  } catch (error) {
    running.abandon();
    throw error;
  }
  const isLost = inherit || running.timedOut;
  return {
    stdout: isLost ? "" : running.rest("out", encoding),
    stderr: isLost ? "" : running.rest("err", encoding),
    exitcode: running.exitCode,
  };
}

function callCallback(callback: StreamCallback, running: Command): void {
  try {
    callback(running.out, running.err, running.input);
  } catch (error) {
    passInterrupt(error);
    // OpenAF prints it and goes on.
    world.host.output.write(2, `${error}\n`);
  }
}

function ask(callback: (process: ProcessHandle) => unknown, running: Command): void {
  const handle: ProcessHandle = {
    isAlive: () => running.isAlive,
    destroy: () => running.kill("SIGTERM"),
    destroyForcibly: () => running.kill("SIGKILL"),
  };
  while (!running.wait(EXIT_CALLBACK_MS)) {
    const answer = String(callback(handle)).toLowerCase();
    if (answer === "force") handle.destroyForcibly();
    else if (answer === "destroy") handle.destroy();
  }
}

function textsOf(map: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(map))
    if (value !== undefined && value !== null) texts[name] = String(value);
  return texts;
}

/** A text given to `af.sh` is cut at blanks outside single quotes and run without a shell. */
export function wordsOf(command: string): string[] {
  return command.split(/ (?=(?:[^']*'[^']*')*[^']*$)/);
}

/** Result of the plain functions `sh` and `af.sh`. */
export function plainResult(result: RunResult, returnMap: boolean | undefined): RunResult | string {
  if (returnMap) return result;
  jobScope.__exitcode = result.exitcode;
  jobScope.__stderr = result.stderr;
  return result.stdout;
}
