import { isAbsent } from "../base/absent.js";
import { jobScope } from "../base/job-scope.js";
import { globals } from "../base/world.js";
import type { NameStatus } from "./queries.js";

/**
 * Objects that calls give, as far as they can be made without doing anything: `$from()` as the first part of a name
 * stands for what `$from` returns.
 */
const makers: Record<string, () => unknown> = {
  "_$()": () => jobScope._$("x"),
  "$from()": () => jobScope.$from([]),
  "$ch()": () => jobScope.$ch("inspected"),
  "$sh()": () => jobScope.$sh("true"),
  "$rest()": () => jobScope.$rest(),
};

const made = new Map<string, unknown>();

/** Values whose members come and go with the run. */
const opens = new Set(["args", "init", "__pm", "__flags", "global", "globalThis", "ROJOB"]);

/** Follows a dotted name of the scope as far as it leads, without calling anything. */
export function statusOf(name: string): NameStatus {
  const parts = name.split(".");
  // The names of Java packages are found below `Packages` too; what is not there says so only when it is used.
  if (parts[0] === "Packages") parts.shift();
  const first = parts[0];
  if (first === undefined || opens.has(first)) return { status: "open" };
  let owner: any = globals;
  for (const [index, part] of parts.entries()) {
    if (index === 0 && part in makers) {
      owner = makerValue(part);
      continue;
    }
    if (owner === undefined || owner === null || typeof owner === "symbol") return { status: "open" };
    if (!(part in Object(owner)))
      return {
        status: isOwnObject(owner) ? "missing" : "open",
        name: parts.slice(0, index + 1).join("."),
        near: namesOf(owner),
      };
    const value = owner[part];
    if (isAbsent(value)) return { status: "absent", name: parts.slice(0, index + 1).join(".") };
    owner = value;
  }
  return { status: "there" };
}

function makerValue(name: string): unknown {
  if (!made.has(name)) made.set(name, makers[name]!());
  return made.get(name);
}

/** Can missing members of the value be detected? Not those of texts, numbers and lists, whose content only a run knows. */
function isOwnObject(value: unknown): boolean {
  return typeof value === "function" || (typeof value === "object" && !Array.isArray(value));
}

function namesOf(owner: object): string[] {
  if (owner === globals) return [];
  const parent = Object.getPrototypeOf(owner);
  const inherited = parent === null || parent === Object.prototype || parent === Function.prototype ? [] : parent;
  return [...Object.keys(owner), ...Object.getOwnPropertyNames(inherited)];
}
