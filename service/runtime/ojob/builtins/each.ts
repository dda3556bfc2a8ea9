import type { Steps } from "../../base/scheduler.js";
import { merge } from "../../lib/maps/merge.js";
import type { Builtin } from "./builtin.js";
import { jobsOf } from "./repeat.js";
import { keyed, without } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob repeat with each`: runs a list of jobs for each element of a list. */
export const each: Builtin = {
  name: "ojob repeat with each",
  precedence: 130,
  shortcuts: [quiet("each", "__path", own("key jobs", { todo: "__jobs" }))],
  typeArgs: { noLog: true },
  check: { __key: "isString", __path: 'isString.default("@")' },
  *exec(args, _job, _id, engine): Steps<any> {
    const jobs = jobsOf(args.__jobs);
    const left = without(args, "__key", "__path", "__jobs");
    const list = keyed(left, args.__key, args.__path);
    if (!Array.isArray(list)) throw `The key/path '${args.__key}' is not an array/list.`;
    for (const element of list) for (const job of jobs) yield* engine.runJob(job, merge(left, element));
    return left;
  },
};
