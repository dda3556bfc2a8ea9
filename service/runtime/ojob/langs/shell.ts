import type { Steps } from "../../base/scheduler.js";
import { envsOf } from "../../lib/process/envs.js";
import { valueAt } from "../args/paths.js";
import { expanded, takeOutput } from "./output.js";
import { runProcess } from "./process.js";

export interface ShellOptions {
  lang: string;
  shell: string;
  pwd?: string;
  noTemplate?: boolean;
  prefix?: string;
}

/** `lang: shell`: the code on the standard input of a shell, args as environment variables. */
export function* runShell(args: any, job: any, code: string, options: ShellOptions): Steps<any> {
  const prefix = prefixOf(options, args);
  const input = expanded(code, args, options.noTemplate);
  const command = options.shell.split(/ +/).filter((part) => part !== "");
  const result = yield* runProcess(
    { command, input, pwd: options.pwd, prefix, env: envsOf(args) },
    options.lang,
    job.name,
  );
  // Double quotes are kept from being read as JSON: values come back by the return comment.
  result.stdout = result.stdout.replaceAll('"', '\\"');
  return takeOutput(args, result, prefix !== undefined);
}

/** The text before each line: the arg of that path, or the text itself. */
export function prefixOf(options: { prefix?: string }, args: any): string | undefined {
  if (options.prefix === undefined) return undefined;
  return String(valueAt(args, options.prefix) ?? options.prefix);
}
