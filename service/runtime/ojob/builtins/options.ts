import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { clone, merge } from "../../lib/maps/merge.js";
import { processArgs } from "../args/merge-args.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { listed, without } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob options`: the value of an arg chooses a list of jobs. */
export const options: Builtin = {
  name: "ojob options",
  precedence: 50,
  shortcuts: [quiet("optionOn", "__optionOn", own("lowerCase upperCase todos default async"))],
  typeArgs: { noLog: true },
  check: {
    __optionOn: "isString",
    __todos: "isMap",
    __lowerCase: "toBoolean.isBoolean.default(false)",
    __upperCase: "toBoolean.isBoolean.default(false)",
    __default: "default([])",
    __async: "toBoolean.isBoolean.default(false)",
  },
  *exec(args, _job, _id, engine): Steps<any> {
    let value = String(args[args.__optionOn]).trim();
    if (args.__lowerCase) value = value.toLowerCase();
    if (args.__upperCase) value = value.toUpperCase();
    const left = without(args, "__default", "__lowerCase", "__upperCase", "__todos", "__optionOn", "__async");
    const given = clone(left);
    const chosen = listed(args.__todos[value]);
    const list: any[] = Array.isArray(chosen) ? chosen : listed(args.__default);
    const todo = list.map((entry) => withArgs(entry, given));
    yield* engine.runJob(args.__async ? "ojob parallel" : "ojob todo", merge(given, { todo }));
    return left;
  },
};

/** The args of the choice win over those of the entry. */
function withArgs(entry: any, given: AnyMap): any {
  if (!isMap(entry)) return entry;
  const own = typeof entry.args === "string" ? processArgs(entry.args, undefined, undefined, true) : entry.args;
  return { ...clone(entry), args: merge(clone(own), given) };
}
