import { clone, merge } from "../../scope/merge.js";
import { globals } from "../../world.js";
import { eachText } from "../traverse.js";
import type { Builtin } from "./builtin.js";

/** `ojob pass`: merges a map over the args, its texts filled as templates. */
export const pass: Builtin = {
  name: "ojob pass",
  check: {
    __args: "isMap.default({})",
    __templateArgs: "toBoolean.isBoolean.default(true)",
    __debug: "toBoolean.isBoolean.default(false)",
  },
  exec(args) {
    const given = clone(args.__args);
    if (args.__templateArgs)
      eachText(given, (key, text, owner) => {
        if (text.includes("{{")) owner[key] = globals.templify(text, args);
      });
    const left = { ...args };
    delete left.__args;
    delete left.__templateArgs;
    delete left.__debug;
    return merge(left, given);
  },
};
