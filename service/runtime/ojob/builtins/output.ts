import { isContainer, isMap, toBoolean } from "../../base/values/types.js";
import { globals } from "../../base/world.js";
import { check } from "../../lib/maps/sigil.js";
import { $get } from "../../lib/maps/store.js";
import { output as show } from "../../lib/terminal/output.js";
import type { Builtin } from "./builtin.js";
import { selected, withoutOwnArgs } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** Fields of the engine, which are not shown. */
const internal = ["objId", "execid", "id"];

/** `ojob output`: shows what is kept under a key, or the args, in a format. */
export const output: Builtin = {
  name: "ojob output",
  precedence: 100,
  shortcuts: [quiet("output", "__key", own("path format title internal function"))],
  typeArgs: { noLog: true },
  exec(args) {
    for (const name of ["key", "path", "title", "internal"]) args[`__${name}`] ??= args[name];
    args.__format = args.format ?? args.__format;
    delete args.format;
    const printer = functionOf(args.__function);
    const key: string = check(args.__key, "key").isString().default("res") || "res";
    let value = key === "args" ? args : ($get(key) ?? args);
    if (isContainer(value) && !toBoolean(args.__internal)) for (const name of internal) delete value[name];
    args.__key = key;
    value = selected(value, args.__path);
    // It was followed: the formats would do so again.
    delete args.__path;
    if (isMap(value) && value._list !== undefined) value = value._list;
    if (isMap(value) && value._map !== undefined) value = value._map;
    show(args.__title === undefined ? value : { [args.__title]: value }, args, printer);
    return withoutOwnArgs(args);
  },
};

function functionOf(name: unknown): ((value: unknown) => unknown) | undefined {
  if (typeof name !== "string") return undefined;
  if (!name.includes("print") && !name.includes("log")) throw "__function needs to be a 'print' or 'log' function";
  if (typeof globals[name] !== "function") throw `__function '${name}' not found.`;
  return globals[name] as (value: unknown) => unknown;
}
