import type { Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { jsonParse } from "../../lib/data/json.js";
import { merge } from "../../lib/maps/merge.js";
import { type CommandOptions, wrapped } from "./command.js";
import { commandLangs } from "./commands.js";
import { runProcess } from "./process.js";

/** Languages whose code goes to a temporary file, named at the end of the command; its output is JSON for args. */
export function* runFileLang(
  args: any,
  job: any,
  code: string,
  options: CommandOptions & { withFile?: string },
): Steps<any> {
  const { shell = commandLangs[options.lang]!.shell, withFile = commandLangs[options.lang]!.withFile! } = options;
  const file = world.host.files.temp("ojob_", withFile);
  try {
    world.host.files.write(file, wrapped(args, code, options));
    const command = ["/bin/sh", "-c", `${shell}${file}`];
    const result = yield* runProcess({ command, pwd: options.pwd }, options.lang, job.name);
    if (result.exitCode !== 0) throw result.stderr;
    return merge(args, jsonParse(result.stdout, true));
  } finally {
    world.host.files.remove(file);
  }
}
