import { isMap } from "../../base/values/types.js";
import { globals } from "../../base/world.js";
import { merge } from "../../lib/maps/merge.js";
import { getPath, setPath } from "../../lib/maps/sigil/paths.js";
import { $set } from "../../lib/maps/store.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { parameterNames } from "./parameter-names.js";
import { selected, withoutOwnArgs } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob function`: calls a function with args that have the names of its parameters. */
export const callFunction: Builtin = {
  name: "ojob function",
  precedence: 70,
  shortcuts: [quiet("fn", "__fn", own("key path fnPath"))],
  typeArgs: { noLog: true },
  check: { __fn: "isString", __key: 'isString.default("res")' },
  exec(args) {
    const { __fn: name, __key: key, __fnPath: at } = args;
    const result = call(name.replace(/^(global|this)\./, ""), selected(args, args.__path));
    const found = typeof at === "string" ? setPath({}, at, result) : result;
    if (found === undefined) return withoutOwnArgs(args);
    if (key === "args") return withoutOwnArgs(merge(args, found));
    $set(key, found);
    return withoutOwnArgs(args);
  },
};

/** @throws Error when there is no function of that name */
function call(name: string, given: any): any {
  const dot = name.lastIndexOf(".");
  const owner = dot < 0 ? globals : getPath(globals, name.slice(0, dot));
  const fn = owner?.[name.slice(dot + 1)];
  if (typeof fn !== "function") throw new Error(`ojob function: there is no function '${name}' to call`);
  const from: AnyMap = isMap(given) ? given : {};
  return fn.apply(
    owner,
    (documented(name) ?? written(fn)).map((parameter) => from[parameter]),
  );
}

function documented(name: string): string[] | undefined {
  const at = parameterNames.search(new RegExp(`(?<=\\s)${name.replace(/[.$]/g, "\\$&")}\\(`));
  if (at < 0) return undefined;
  return parameterNames.slice(at + name.length + 1, parameterNames.indexOf(")", at)).split(",");
}

/** Parameters of a function of a job, from its source. */
function written(fn: (...args: any[]) => unknown): string[] {
  const source = Function.prototype.toString.call(fn);
  const list = /^(?:async\s*)?(?:function\s*\*?\s*[\w$]*\s*)?(?:\(([^)]*)\)|([\w$]+)\s*=>)/.exec(source);
  return (list?.[1] ?? list?.[2] ?? "").split(",").map((parameter) => parameter.replace(/=.*/, "").trim());
}
