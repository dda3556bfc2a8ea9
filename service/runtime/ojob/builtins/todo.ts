import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { toSlon } from "../../lib/data/slon.js";
import { clone, merge } from "../../lib/maps/merge.js";
import type { JobEngine } from "../model/port.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { listed, without } from "./shared.js";
import { own, quiet, same } from "./shortcut.js";

/** Arguments of `ojob todo` and `ojob parallel`. */
export const listChecks = {
  isolateArgs: "toBoolean.isBoolean.default(false)",
  isolateJob: "toBoolean.isBoolean.default(false)",
  templateArgs: "toBoolean.isBoolean.default(true)",
  shareArgs: "toBoolean.isBoolean.default(false)",
  __debug: "toBoolean.isBoolean.default(false)",
};

/** `ojob todo`: runs a list of jobs, one after the other. */
export const todo: Builtin = {
  name: "ojob todo",
  precedence: 280,
  shortcuts: [quiet("todo", "todo", own("debug", same("isolateArgs isolateJob templateArgs shareArgs")))],
  typeArgs: { noLog: true },
  check: listChecks,
  *exec(args, _job, _id, engine): Steps<any> {
    let given = argsOfEntries(args);
    for (const entry of entriesOf(args)) {
      const left = yield* engine.runJob("ojob run", entryArgs(args, checked(entry), given, engine));
      if (args.shareArgs) given = merge(given, left);
    }
    return withoutList(args);
  },
};

/** The args without what was the list's own: a further one in the same job would be joined with it. */
export const withoutList = (args: AnyMap): AnyMap => without(args, "todo", ...Object.keys(listChecks));

/** @throws text when `todo` is neither a name nor a list */
export function entriesOf(args: AnyMap): any[] {
  const list = listed(args.todo);
  if (!Array.isArray(list)) throw "todo needs to be a string or an array";
  return list;
}

/** @throws text for what is no entry of a todo list */
export function checked(entry: any): any {
  if (!isMap(entry) && typeof entry !== "string") throw `todo entry needs to be a map or a string (${toSlon(entry)})`;
  return entry;
}

/** Arguments of all entries. */
export function argsOfEntries(args: AnyMap): AnyMap {
  return without(clone(args), "todo", "isolateArgs", "templateArgs", "shareArgs", "__debug");
}

/** Args of the `ojob run` that runs an entry. */
export function entryArgs(args: AnyMap, entry: any, given: AnyMap, { id }: JobEngine): AnyMap {
  const { isolateArgs, isolateJob, templateArgs, __debug } = args;
  return { job: clone(entry), id, isolateArgs, isolateJob, templateArgs, __debug, args: given };
}
