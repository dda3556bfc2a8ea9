import { getPath } from "../../lib/maps/sigil/paths.js";
import { check } from "../../lib/maps/sigil.js";
import type { Builtin } from "./builtin.js";

/** `ojob split to items`: a text of args as a list of maps with one item each. */
export const splitToItems: Builtin = {
  name: "ojob split to items",
  exec(args) {
    const source: string = check(args.source, "source").isString().$_();
    args.separator = check(args.separator, "separator").isString().default("\n");
    args._list = String(getPath(args, source))
      .split(args.separator)
      .map((item) => ({ item }));
  },
};
