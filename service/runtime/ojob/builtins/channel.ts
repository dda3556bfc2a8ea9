import { jobScope } from "../../base/job-scope.js";
import { $get, $set } from "../../lib/maps/store.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { selected } from "./shared.js";
import { logged, own } from "./shortcut.js";

/** `ojob channel`: an operation on a channel. */
export const channel: Builtin = {
  name: "ojob channel",
  precedence: 220,
  shortcuts: [
    logged(
      "ch",
      "__name",
      own("op key kpath vpath", { k: "key", ks: "keys", v: "value", vs: "values", extra: "extra" }),
    ),
  ],
  check: {
    __name: "isString",
    __op: "isString",
    key: "default(__)",
    keys: "default(__)",
    value: "default(__)",
    values: "default(__)",
    __kpath: "isString.default(__)",
    __vpath: "isString.default(__)",
    extra: "default(__)",
    __key: 'default("res")',
  },
  exec(args) {
    operations[args.__op.toLowerCase()]?.(jobScope.$ch(args.__name), args);
  },
};

const operations: Record<string, (ch: any, args: AnyMap) => void> = {
  get: (ch, args) => keep(args, "_map", ch.get(givenKey(args)) ?? {}),
  getall: (ch, args) => keep(args, "_list", ch.getAll(args.extra) ?? []),
  getkeys: (ch, args) => keep(args, "_list", ch.getKeys(args.extra) ?? []),
  size: (ch, args) => keep(args, "size", ch.size() ?? -1),
  set: (ch, args) => ch.set(givenKey(args), givenValue(args)),
  setall: (ch, args) => ch.setAll(givenKey(args), givenValue(args)),
  unset: (ch, args) => ch.unset(givenKey(args)),
  unsetall: (ch, args) => ch.unsetAll(givenKey(args), givenValue(args)),
};

/** Gives a result: under a key of the run, or as `name` in args. */
function keep(args: AnyMap, name: string, value: unknown): void {
  if (args.__key === "args") args[name] = value;
  else $set(args.__key, value);
}

const givenKey = (args: AnyMap): any =>
  args.__kpath === undefined ? (args.keys ?? args.key) : selected(sourceOf(args), args.__kpath);

const givenValue = (args: AnyMap): any =>
  args.__vpath === undefined ? (args.values ?? args.value) : selected(sourceOf(args), args.__vpath);

const sourceOf = (args: AnyMap): any => (args.__key === "args" ? args : $get(args.__key));
