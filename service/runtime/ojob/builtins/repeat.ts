import type { Steps } from "../../base/scheduler.js";
import { clone, merge } from "../../lib/maps/merge.js";
import type { Builtin } from "./builtin.js";
import { listed, without } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob repeat`: runs a list of jobs a number of times. */
export const repeat: Builtin = {
  name: "ojob repeat",
  precedence: 110,
  shortcuts: [quiet("repeat", "__times", own("jobs", { todo: "__jobs" }))],
  typeArgs: { noLog: true },
  check: { __times: "toNumber.isNumber" },
  *exec(args, _job, _id, engine): Steps<any> {
    const jobs = jobsOf(args.__jobs);
    const left = without(args, "__jobs", "__times");
    for (let turn = 0; turn < Number(args.__times); turn++)
      yield* engine.runJob("ojob todo", merge(clone(left), { todo: clone(jobs) }));
    return left;
  },
};

/** @throws text when there are none */
export function jobsOf(jobs: unknown): any[] {
  const list = listed(jobs);
  if (!Array.isArray(list)) throw "The provided 'jobs' need to be one or a list of jobs.";
  return clone(list);
}
