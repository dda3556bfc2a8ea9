import type { Steps } from "../../scheduler.js";
import { merge } from "../../scope/merge.js";
import { globals, world } from "../../world.js";
import { envsOf } from "./envs.js";
import { expanded } from "./output.js";
import { runProcess } from "./process.js";
import { pythonHost } from "./python-host.js";

/**
 * `lang: python`: the code with `args` as a dict and `id`; what it leaves in `args` is merged into those of the job.
 * An exception of the code is told on standard error, without failing the job.
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
  const input = JSON.stringify({ code: text, vars: { args, id }, back: ["args"], mark });
  const result = yield* runProcess(
    { command: ["python3", "-c", pythonHost], input, env: envsOf({}) },
    options.lang,
    job.name,
  );
  const at = result.stdout.lastIndexOf(mark);
  if (result.stderr !== "") globals.printErrnl(result.stderr);
  if (at < 0) return args;
  const back = JSON.parse(result.stdout.slice(at + mark.length));
  if (at + back.out.length > 0) globals.printnl(result.stdout.slice(0, at) + back.out);
  return merge(args, back.vars.args);
}
