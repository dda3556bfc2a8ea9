import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { merge } from "../../lib/maps/merge.js";
import { check } from "../../lib/maps/sigil.js";
import { templify } from "../../lib/template/template.js";
import { processArgs } from "../args/merge-args.js";
import { eachText } from "../args/traverse.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { showDebug } from "./shared.js";

/** `ojob run`: runs one job and merges what it leaves. Entries of `ojob todo` and `ojob parallel` run through it. */
export const run: Builtin = {
  name: "ojob run",
  typeArgs: { noLog: true },
  check: {
    job: "default(__)",
    isolateArgs: "toBoolean.isBoolean.default(false)",
    isolateJob: "toBoolean.isBoolean.default(false)",
    templateArgs: "toBoolean.isBoolean.default(true)",
    __debug: "toBoolean.isBoolean.default(false)",
  },
  *exec(args, _job, _id, engine): Steps<any> {
    if (typeof args.job === "string") args.job = { name: args.job };
    if (!isMap(args.job)) throw "job needs to be either a string or job map";
    args.id ??= engine.id;
    for (const option of ["templateArgs", "isolateArgs", "isolateJob"])
      args.job[option] = check(args.job[option], `${option} ${args.job.name}`).isBoolean().default(args[option]);
    if (args.job.templateArgs && args.args !== undefined && args.job.args !== undefined) fillArgs(args);
    const entry = engine.translate(args.job);
    const started = {
      name: entry.name,
      args: entry.isolateArgs ? entry.args : merge(args.args, entry.args),
      id: entry.isolateJob ? undefined : args.id,
    };
    if (args.__debug) showDebug(started);
    return merge(args, yield* engine.runJob(started.name, started.args, started.id));
  },
};

/** The templates in the entry's own args see the args of this job: those of the list are below `args`. */
function fillArgs(args: AnyMap): void {
  if (typeof args.job.args === "string") args.job.args = processArgs(args.job.args, undefined, undefined, true);
  eachText(args.job.args, (key, text, owner) => {
    owner[key] = templify(text, args);
  });
}
