import { merge } from "../../lib/maps/merge.js";
import type { Builtin } from "./builtin.js";
import { filled, showDebug, without, withoutNulls } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob pass`: merges a map over the args, its texts filled as templates. */
export const pass: Builtin = {
  name: "ojob pass",
  precedence: 30,
  shortcuts: [quiet("pass", "__args", own("debug templateArgs"))],
  typeArgs: { noLog: true },
  check: {
    __args: "isMap.default({})",
    __debug: "toBoolean.isBoolean.default(false)",
    __templateArgs: "toBoolean.isBoolean.default(true)",
  },
  exec(args) {
    const given = args.__templateArgs ? filled(args.__args, args) : withoutNulls(args.__args);
    if (args.__debug) showDebug(given);
    return merge(without(args, "__args", "__debug", "__templateArgs"), given);
  },
};
