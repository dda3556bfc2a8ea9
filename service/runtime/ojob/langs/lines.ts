import { jobScope } from "../../base/job-scope.js";
import type { Steps } from "../../base/scheduler.js";
import { expanded } from "./output.js";
import { runProcess } from "./process.js";
import { prefixOf, type ShellOptions } from "./shell.js";

/** `lang: sh`: each line a command of its own; what they print is printed, nothing comes back. */
export function* runLines(args: any, job: any, code: string, options: ShellOptions): Steps<any> {
  const prefix = prefixOf(options, args);
  for (const line of code.split("\n")) {
    const command = ["/bin/sh", "-c", expanded(line, args, options.noTemplate)];
    const result = yield* runProcess({ command, pwd: options.pwd, prefix }, options.lang, job.name);
    if (prefix !== undefined) continue;
    if (result.stdout !== "") jobScope.printnl(result.stdout);
    if (result.stderr !== "") jobScope.printErrnl(result.stderr);
  }
  return args;
}
