import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { merge } from "../../lib/maps/merge.js";
import { setPath } from "../../lib/maps/sigil/paths.js";
import { $get, $unset } from "../../lib/maps/store.js";
import { output } from "../../lib/terminal/output.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { filled, showDebug, withoutOwnArgs } from "./shared.js";
import { own, quiet } from "./shortcut.js";

const file = own("args out key inKey usePM inPM templateArgs debug");

/** `ojob run file`: runs another job file; what it puts out comes under a key, into args or into the result map. */
export const runFile: Builtin = {
  name: "ojob run file",
  precedence: 230,
  shortcuts: [quiet("runfile", "__job", file), quiet("run", "__job", file)],
  typeArgs: { noLog: true },
  check: {
    __job: "isString",
    __args: "isMap.default({})",
    __out: "isString.default(__)",
    __key: 'isString.default("res")',
    __inKey: "isString.default(__)",
    __usePM: "toBoolean.isBoolean.default(false)",
    __inPM: "isString.default(__)",
    __templateArgs: "toBoolean.isBoolean.default(false)",
    __debug: "toBoolean.isBoolean.default(false)",
  },
  *exec(args, _job, _id, engine): Steps<any> {
    const isOwnKey = args.__key === "args" || args.__out !== undefined;
    const key = isOwnKey ? `r${world.host.bytes.uuid()}` : args.__key;
    const given = inputOf(args, args.__usePM ? { __format: "pm" } : { __format: "key", __key: key });
    if (args.__inPM !== undefined) output($get(args.__inPM), { __format: "pm" });
    if (args.__debug) showDebug(given);
    yield* engine.runFile(args.__job, given, world.host.bytes.uuid());
    return withoutOwnArgs(args.__usePM ? args : taken(args, key, isOwnKey));
  },
};

function inputOf(args: AnyMap, format: AnyMap): AnyMap {
  const own = args.__templateArgs ? filled(args.__args, args) : args.__args;
  const kept = args.__inKey === undefined ? undefined : $get(args.__inKey);
  return merge(merge(own, kept), format);
}

/** The args with what the file put out. */
function taken(args: AnyMap, key: string, isOwnKey: boolean): AnyMap {
  if (!isOwnKey && key !== "res") return args;
  const found = $get(key);
  if (isOwnKey) $unset(key);
  if (found === undefined) return args;
  if (isMap(found)) {
    delete found.__format;
    delete found.__key;
  }
  if (args.__out === undefined) return merge(args, found);
  setPath(args, args.__out, found);
  return args;
}
