import { clone } from "../../scope/merge.js";
import { globals } from "../../world.js";
import type { AnyMap } from "../model.js";
import { eachText } from "../traverse.js";

/** Args without those whose name starts with `__`: built-in jobs take their own away when they are done. */
export function withoutOwnArgs(args: AnyMap): AnyMap {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !name.startsWith("__")));
}

/** A copy of `value` with the templates in its texts filled by `data`. */
export function filled<T>(value: T, data: AnyMap): T {
  const copy = clone(value);
  eachText(copy, (key, text, owner) => {
    if (text.includes("{{")) owner[key] = globals.templify(text, data);
  });
  return copy;
}
