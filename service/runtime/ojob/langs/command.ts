import type { Steps } from "../../base/scheduler.js";
import { envsOf } from "../../lib/process/envs.js";
import { templify } from "../../lib/template/template.js";
import { commandLangs } from "./commands.js";
import { expanded, takeOutput } from "./output.js";
import { runProcess } from "./process.js";
import { prefixOf, type ShellOptions } from "./shell.js";

export interface CommandOptions extends ShellOptions {
  pre?: string;
  pos?: string;
  langArgs?: any;
}

/** Languages that are a command: code on its standard input, args before it and after it as JSON. */
export function* runCommand(args: any, job: any, code: string, options: CommandOptions): Steps<any> {
  const prefix = prefixOf(options, args);
  const shell = options.shell ?? commandLangs[options.lang]!.shell;
  const command = shell.split(/ +/).filter((part) => part !== "");
  const input = wrapped(args, expanded(code, args, options.noTemplate), options);
  const result = yield* runProcess(
    { command, input, pwd: options.pwd, prefix, env: envsOf(args) },
    options.lang,
    job.name,
  );
  return takeOutput(args, result, prefix !== undefined);
}

/** The code between what brings its args in and what gives them back. */
export function wrapped(args: any, code: string, options: CommandOptions): string {
  const json = JSON.stringify(args);
  const known = commandLangs[options.lang];
  if (options.pre === undefined && options.pos === undefined)
    return known === undefined ? code : known.before(json, options.langArgs) + code + known.after;
  const before = options.pre ?? "";
  const data = { args: json, langArgs: options.langArgs };
  return (before.includes("{{") ? templify(before, data) : before) + code + (options.pos ?? "");
}
