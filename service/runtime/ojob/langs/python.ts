import { jobScope } from "../../base/job-scope.js";
import type { Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { merge } from "../../lib/maps/merge.js";
import { envsOf } from "../../lib/process/envs.js";
import { expanded } from "./output.js";
import { notRun, runOperation } from "./process.js";

/**
 * `lang: python`: the code with `args` as a dict and `id`; what it leaves in `args` is merged into those of the job.
 * An exception of the code is printed on standard error, without failing the job.
 */
export function* runPython(
  args: any,
  job: any,
  code: string,
  options: { noTemplate?: boolean; lang: string },
  id: string,
): Steps<any> {
  const mark = world.host.bytes.uuid();
  const text = `${expanded(code, args, options.noTemplate)}\n`;
  const params = { code: text, vars: { args, id }, back: ["args"], mark, env: envsOf({}) };
  const { result, ended } = yield* runOperation("python", params);
  if (ended.error !== undefined) throw notRun(ended, "python3", options.lang, job.name);
  const at = result.stdout.lastIndexOf(mark);
  if (result.stderr !== "") jobScope.printErrnl(result.stderr);
  if (at < 0) return args;
  const back = JSON.parse(result.stdout.slice(at + mark.length));
  if (at + back.out.length > 0) jobScope.printnl(result.stdout.slice(0, at) + back.out);
  return merge(args, back.vars.args);
}
