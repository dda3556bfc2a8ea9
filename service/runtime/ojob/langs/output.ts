import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { jsonParse } from "../../lib/data/json.js";
import { merge } from "../../lib/maps/merge.js";
import { templify } from "../../lib/template/template.js";
import type { ProcessResult } from "./process.js";

/**
 * Handles the output of code in another language: a map in it is merged into args, anything else is printed.
 * @returns the args
 * @throws text when the exit code is not 0
 */
export function takeOutput(args: any, result: ProcessResult, wasPrinted: boolean): any {
  const found = jsonParse(result.stdout, true, undefined, true);
  let left = args;
  if (isMap(found)) left = merge(args, found);
  else {
    if (result.stdout !== "" && !wasPrinted) jobScope.printnl(result.stdout);
    if (result.stderr !== "" && !wasPrinted) jobScope.printErrnl(result.stderr);
  }
  if (result.exitCode !== 0) throw `exit: ${result.exitCode} | ${result.stderr}`;
  return left;
}

/** The code with its templates expanded by args, unless the job wants it as it is. */
export function expanded(code: string, args: any, noTemplate: boolean | undefined): string {
  return noTemplate || !code.includes("{{") ? code : templify(code, args);
}
