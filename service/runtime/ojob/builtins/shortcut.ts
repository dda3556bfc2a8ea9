import type { Shortcut } from "./builtin.js";

type Names = Record<string, string>;

/** `((name))` is the arg `__name`. */
export const own = (names: string, others: Names = {}): Names => ({
  ...Object.fromEntries(names.split(" ").map((name) => [name, `__${name}`])),
  ...others,
});

/** `((name))` is the arg of that name. */
export const same = (names: string): Names => Object.fromEntries(names.split(" ").map((name) => [name, name]));

/** A shortcut that is not logged. */
export const quiet = (name: string, keyArg: string | undefined, args: Names = {}): Shortcut => ({
  name,
  keyArg,
  args,
  noLog: true,
});

/** A shortcut that is logged like any other job. */
export const logged = (name: string, keyArg: string | undefined, args: Names = {}): Shortcut => ({
  name,
  keyArg,
  args,
});
