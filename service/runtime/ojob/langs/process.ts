import { jobScope } from "../../base/job-scope.js";
import type { OpParams, ProcessEnd, ProcessParams } from "../../base/operations.js";
import { endOp, type Steps, startOp } from "../../base/scheduler.js";
import { world } from "../../base/world.js";

export interface ProcessResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

interface Command {
  /** Program and its arguments. */
  command: string[];
  input?: string;
  /** Folder it runs in; the run's own by default. */
  pwd?: string;
  /** Text before each line, which is printed as it comes. */
  prefix?: string;
  env?: Record<string, string>;
}

/**
 * Runs a process in steps: what runs beside it goes on.
 * @param job the job whose code this is, for messages
 * @throws Error when the program is not there
 */
export function* runProcess(
  { command, input, pwd, prefix, env }: Command,
  lang: string,
  job: string,
): Steps<ProcessResult> {
  const params: ProcessParams = { command, input, env };
  if (pwd !== undefined) params.cwd = world.host.files.canonical(pwd);
  const { result, ended } = yield* runOperation("process", params, prefix);
  if (ended.error === undefined) return result;
  if (ended.code === "ENOENT" && pwd !== undefined && world.host.files.stat(pwd) === "")
    throw new Error(`Job '${job}' in language '${lang}' can not run: its folder '${pwd}' does not exist`);
  throw notRun(ended, command[0]!, lang, job);
}

/** The error of a program that could not be started. */
export function notRun({ code, error }: ProcessEnd, program: string, lang: string, job: string): Error {
  const why = code === "ENOENT" ? `'${program}' is not installed (not found in the PATH)` : error;
  return new Error(`Job '${job}' in language '${lang}' can not run: ${why}`);
}

/**
 * Carries out an operation that gives output, in steps.
 * @param prefix text before each line, which is then printed as it comes
 */
export function* runOperation<K extends "process" | "python">(
  kind: K,
  params: OpParams<K>,
  prefix?: string,
): Steps<{ result: ProcessResult; ended: ProcessEnd }> {
  const out = new Stream(prefix === undefined ? undefined : (line) => jobScope.print(`[${prefix}] ${line}`));
  const err = new Stream(prefix === undefined ? undefined : (line) => jobScope.printErr(`[${prefix}] ${line}`));
  let ended: ProcessEnd | undefined;
  const id = startOp<"process" | "python">(kind, params, (event, bytes) => {
    if (event.type === "out") out.take(bytes!);
    else if (event.type === "err") err.take(bytes!);
    else if (event.type === "end") ended = event.data;
  });
  try {
    yield { ready: () => ended !== undefined };
  } finally {
    endOp(id);
  }
  const { exitCode } = ended!;
  return { result: { exitCode, stdout: out.text(), stderr: err.text() }, ended: ended! };
}

/** Collects output, and reports whole lines as they arrive. */
class Stream {
  private readonly chunks: Uint8Array[] = [];
  private line = "";

  constructor(private readonly onLine?: (line: string) => void) {}

  take(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    if (this.onLine === undefined) return;
    const lines = (this.line + world.host.bytes.decode(chunk)).split("\n");
    this.line = lines.pop()!;
    for (const line of lines) this.onLine(line);
  }

  text(): string {
    if (this.onLine !== undefined && this.line !== "") this.onLine(this.line);
    const [only] = this.chunks;
    if (only === undefined) return "";
    if (this.chunks.length === 1) return world.host.bytes.decode(only);
    const all = new Uint8Array(this.chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return world.host.bytes.decode(all);
  }
}
