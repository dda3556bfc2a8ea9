import { $set, $unset } from "../../lib/maps/store.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { filled, selected, showDebug, without, withoutOwnArgs } from "./shared.js";
import { own, quiet } from "./shortcut.js";

const ownArgs = ["__key", "__path", "__data", "__debug", "__templateArgs"];

/** `ojob set`: keeps the args, a part of them, or a map given as `__data`, under a key of the run. */
export const set: Builtin = {
  name: "ojob set",
  precedence: 250,
  shortcuts: [quiet("set", "__key", own("path data templateArgs debug"))],
  check: {
    __key: 'isString.default("res")',
    __path: "isString.default(__)",
    __data: "isMap.default(__)",
    __templateArgs: "toBoolean.isBoolean.default(true)",
    __debug: "toBoolean.isBoolean.default(false)",
  },
  exec(args) {
    const value = keptOf(args);
    if (args.__debug) showDebug(value);
    if (value !== undefined && args.__key !== "args") $set(args.__key, value);
    return withoutOwnArgs(args);
  },
};

function keptOf(args: AnyMap): any {
  if (args.__path !== undefined) {
    const found = selected(without(args, ...ownArgs), args.__path);
    if (found === undefined || found === null)
      throw new TypeError(`ojob set: there is nothing at '${args.__path}' of the args to keep as '${args.__key}'`);
    return found;
  }
  if (args.__data === undefined) return without(args, ...ownArgs);
  return args.__templateArgs ? filled(args.__data, args) : args.__data;
}

/** `ojob unset`: forgets a key. */
export const unset: Builtin = {
  name: "ojob unset",
  precedence: 260,
  shortcuts: [quiet("unset", "__key")],
  exec(args) {
    if (typeof args.__key !== "string") throw "aK is not a string";
    $unset(args.__key);
    return withoutOwnArgs(args);
  },
};
