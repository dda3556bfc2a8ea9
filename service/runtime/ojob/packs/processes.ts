import { jobScope } from "../../base/job-scope.js";
import { runSteps } from "../../base/scheduler.js";
import { check } from "../../lib/maps/sigil.js";
import { templify } from "../../lib/template/template.js";
import { log, logErr } from "../../lib/terminal/log.js";
import { print } from "../../lib/terminal/print.js";
import type { AnyMap } from "../model/shapes.js";
import { codeOf } from "./code.js";

/** Commands of jobs of packs: filled as templates, with their lines passed on under a prefix. */

/** Says what a command put out, each line behind the prefix. */
function passOn(text: string, prefix: string, inLog: boolean): void {
  for (const line of text.replace(/\n$/, "").split("\n")) (inLog ? log : print)(`${prefix} | ${line}`);
}

/**
 * Runs `args.cmd` (one or several) and keeps what they put out in `args.stdout` and `args.stderr`.
 * @throws text when one does not end with `args.exitcode` (0)
 */
export function runCommands(args: AnyMap): void {
  const { cmd, directory, stdin, timeout, prefix, prefixLog, quiet } = args;
  check(cmd, "cmd").$_();
  const isInherited = !quiet && prefix === undefined;
  args.stdout = "";
  args.stderr = "";
  for (const one of Array.isArray(cmd) ? cmd : [cmd]) {
    const command = templify(one, args);
    const result = jobScope.sh(command, stdin === true ? undefined : stdin, timeout, isInherited, directory, true);
    args.stdout += result.stdout ?? "";
    args.stderr += result.stderr ?? "";
    if (prefix !== undefined && !quiet && result.stdout) passOn(result.stdout, prefix, Boolean(prefixLog));
    if (Number(result.exitcode) !== Number(args.exitcode ?? 0))
      throw `Exit code (for command '${command}'): ${result.exitcode}`;
  }
}

/** Starts a command beside the run; `success` and `error` are code about how it ended. */
export function launch(args: AnyMap): void {
  const command = templify(check(args.cmd, "cmd").$_(), args);
  const succeeded = args.success === undefined ? undefined : codeOf(args.success, "res", "oJob Process Launch success");
  const failed = args.error === undefined ? undefined : codeOf(args.error, "e, cmd", "oJob Process Launch error");
  const isShown = args.console !== false;
  jobScope.__ojobProc ??= [];
  jobScope.__ojobProc.push(
    jobScope
      .$do(() => {
        const result = jobScope.sh(command, undefined, undefined, isShown, undefined, true);
        if (succeeded !== undefined) runSteps(succeeded(result));
      })
      .catch((error: unknown) => {
        if (failed === undefined) logErr(`Process '${command}': ${error}`);
        else runSteps(failed(error, args.cmd));
      }),
  );
}

export function waitForLaunched(): void {
  jobScope.$doWait(jobScope.$doAll(jobScope.__ojobProc ?? []));
}
