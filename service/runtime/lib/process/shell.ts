import { jobScope } from "../../base/job-scope.js";
import { jsonParse } from "../data/json.js";
import { fromJsSlon } from "../data/slon.js";
import { fromYaml } from "../data/yaml.js";
import { copy, mkdir, move, remove, rename } from "../files/folders.js";
import { prefixedLines } from "./prefixed-lines.js";
import { type RunOptions, type RunResult, runCommand, type StreamCallback } from "./run.js";

type Command = string | string[];

/** Outcome of one command of the chain. */
export interface ShellResult extends Omit<RunResult, "stdout" | "stderr"> {
  stdout: any;
  stderr: any;
  cmd: Command;
  in: string | undefined;
}

/** A chain of commands (`$sh`). Nothing is started before one of the verbs `get…` and `exec`. */
export class Shell {
  private readonly queue: { cmd: Command; in: string | undefined }[] = [];
  private readonly options: RunOptions = {};
  private makeCallback: (() => StreamCallback) | undefined;
  private onExit: ((result: ShellResult) => unknown) | undefined;
  private readonly kept = { out: "", err: "" };

  constructor(command?: Command, input?: string) {
    this.sh(command, input);
  }

  /** One more command. */
  sh(command?: Command, input?: string): this {
    if (command !== undefined) this.queue.push({ cmd: command, in: input });
    return this;
  }

  pwd(folder: string): this {
    this.options.folder = folder;
    return this;
  }

  /** @param includeExisting the run's variables too, which then win over equal names of `map` */
  envs(map: Record<string, unknown> = {}, includeExisting = false): this {
    this.options.envs = includeExisting ? { ...map, ...jobScope.getEnvs() } : map;
    return this;
  }

  /** @param ms longest time a command may run */
  timeout(ms: number): this {
    this.options.timeout = ms;
    return this;
  }

  useEncoding(encoding: string): this {
    this.options.encoding = encoding;
    return this;
  }

  dontWait(flag: boolean): this {
    if (typeof flag !== "boolean") throw "dontWait flag is not a boolean";
    this.options.dontWait = flag;
    return this;
  }

  /** `callback(out, err, in)` gets the streams of each command. */
  cb(callback: StreamCallback): this {
    this.makeCallback = () => callback;
    return this;
  }

  exitcb(callback: RunOptions["exitCallback"]): this {
    this.options.exitCallback = callback;
    return this;
  }

  /** Prints each line with a prefix, and keeps it. */
  prefix(prefix = "sh", template?: string): this {
    const keep = (line: string, isError: boolean): void => {
      this.kept[isError ? "err" : "out"] += `${line}\n`;
    };
    this.makeCallback = () => prefixedLines(prefix, this.options.encoding, undefined, template, keep);
    return this;
  }

  /** `fn(result)` after each command; `false` ends the chain there. */
  exit(fn: (result: ShellResult) => unknown): this {
    this.onExit = fn;
    return this;
  }

  mkdir(folder: string): this {
    mkdir(folder);
    return this;
  }

  mv(from: string, to: string): this {
    move(from, to);
    return this;
  }

  cp(from: string, to: string): this {
    copy(from, to);
    return this;
  }

  rename(from: string, to: string): this {
    rename(from, to);
    return this;
  }

  rm(path: string): this {
    remove(path);
    return this;
  }

  /** Runs all and gives what they wrote: the result at `index`, otherwise all of them. */
  get(index?: number): any {
    return this.run(false, index);
  }

  /** Runs all with their output going straight into the run's. */
  exec(index?: number): any {
    return this.run(true, index);
  }

  getJson(index?: number): any {
    return parsed(this.get(index), (text) => jsonParse(text, undefined, undefined, true));
  }

  getYaml(index?: number): any {
    return parsed(this.get(index), fromYaml);
  }

  getJsSlon(index?: number): any {
    return parsed(this.get(index), fromJsSlon);
  }

  private run(inherit: boolean, index: number | undefined): ShellResult | ShellResult[] {
    const results: ShellResult[] = [];
    for (const { cmd, in: input } of this.queue) {
      this.kept.out = this.kept.err = "";
      const callback = this.makeCallback?.();
      const words = Array.isArray(cmd) ? cmd.map(String) : String(cmd);
      const done = runCommand(words, { ...this.options, inherit, input, callback });
      if (callback !== undefined && !inherit) {
        done.stdout = this.kept.out.slice(0, -1);
        done.stderr = this.kept.err.slice(0, -1);
      }
      const result = { ...done, cmd: Array.isArray(cmd) ? [...cmd] : cmd, in: input };
      results.push(result);
      // biome-ignore lint/suspicious/noDoubleEquals: OpenAF compares so
      if (this.onExit !== undefined && this.onExit(result) == (false as unknown)) break;
    }
    return (typeof index === "number" ? results[index] : undefined) ?? results;
  }
}

function parsed(results: ShellResult | ShellResult[], parse: (text: string) => unknown): ShellResult | ShellResult[] {
  for (const result of Array.isArray(results) ? results : [results]) {
    result.stdout = parse(result.stdout);
    result.stderr = parse(result.stderr);
  }
  return results;
}
