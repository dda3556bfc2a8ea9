import { $set } from "../../scope/store.js";
import { globals } from "../../world.js";
import { isMap } from "../traverse.js";
import type { Builtin } from "./builtin.js";
import { filled, withoutOwnArgs } from "./shared.js";

/** `ojob set`: keeps a part of args, or a map given as `__data`, under a key of the run. */
export const set: Builtin = {
  name: "ojob set",
  check: {
    __key: 'isString.default("res")',
    __path: "isString.default(__)",
    __templateArgs: "toBoolean.isBoolean.default(true)",
  },
  exec(args) {
    const { __key: key, __path: path, __data: data, __templateArgs: isTemplate } = args;
    const left = withoutOwnArgs(args);
    if (isMap(data)) $set(key, isTemplate ? filled(data, left) : data);
    // Without a path the reference has lost its key by the time it needs it.
    else $set(path === undefined ? undefined : key, globals.$path(left, path));
    return left;
  },
};
