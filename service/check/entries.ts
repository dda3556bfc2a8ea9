import type { Place } from "./finding.js";
import type { Unit } from "./unit.js";
import { isMap, listOf } from "./values.js";

/** A job named by a todo list or by another job. */
export interface Reference {
  name: string;
  place: Place;
  /** Kind of the list. */
  list: "todo" | "from" | "to" | "deps" | "each";
  /** The job with that list; absent for the todo list of the file. */
  owner?: string;
  /** Its args, shortcut keys included. */
  args: Record<string, Arg>;
}

/** An arg of an entry, with its place. */
export interface Arg {
  value: unknown;
  owner: object;
  key: string;
}

/** Meaning of a shortcut. */
export interface KnownShortcut {
  job: string;
  keyArg?: string;
  args: Record<string, string>;
}

/** Args of built-in jobs that are lists of jobs themselves; `*` for a map of such lists. */
export const nestedLists: Readonly<Record<string, readonly string[]>> = {
  "ojob if": ["__then", "__else"],
  "ojob options": ["__todos*", "__default"],
  "ojob repeat": ["__jobs"],
  "ojob repeat with each": ["__jobs"],
  "ojob todo": ["todo"],
  "ojob parallel": ["todo"],
};

/** All jobs named in the lists of a file, those inside of shortcuts too. */
export function referencesOf(unit: Unit, shortcuts: ReadonlyMap<string, KnownShortcut>): Reference[] {
  const found: Reference[] = [];
  const add = (owner: object, key: string | number, list: Reference["list"], job?: string): void => {
    const entry: unknown = (owner as Record<string | number, unknown>)[key];
    const made = isMap(entry) ? mapEntry(entry, shortcuts) : { name: entry, args: {} };
    if (typeof made.name !== "string") return;
    const reference = { name: made.name, place: unit.placeOf(owner, key), list, owner: job, args: made.args };
    found.push(reference);
    for (const name of nestedLists[reference.name] ?? []) {
      const arg = reference.args[name.replace("*", "")];
      if (arg === undefined) continue;
      if (!name.endsWith("*")) addAll(arg.owner, arg.key, list, job);
      else if (isMap(arg.value)) for (const choice of Object.keys(arg.value)) addAll(arg.value, choice, list, job);
    }
  };
  const addAll = (owner: object, key: string, list: Reference["list"], job?: string): void => {
    const value = (owner as Record<string, unknown>)[key];
    if (!Array.isArray(value)) {
      if (typeof value === "string" || (isMap(value) && list !== "todo")) add(owner, key, list, job);
      return;
    }
    for (const index of value.keys()) add(value, index, list, job);
  };

  const { document } = unit;
  if (Array.isArray(document?.todo)) addAll(document, "todo", "todo");
  for (const job of listOf(document?.jobs)) {
    if (!isMap(job)) continue;
    for (const list of ["from", "to", "deps", "each"] as const) addAll(job, list, list, job.name);
    if (job.from === undefined) addAll(job, "earlier", "from", job.name);
    if (job.to === undefined) addAll(job, "then", "to", job.name);
  }
  return found;
}

function mapEntry(
  entry: Record<string, unknown>,
  shortcuts: ReadonlyMap<string, KnownShortcut>,
): { name: unknown; args: Record<string, Arg> } {
  const args: Record<string, Arg> = {};
  if (isMap(entry.args)) for (const key of Object.keys(entry.args)) args[key] = argAt(entry.args, key);
  const keys = Object.keys(entry).filter((key) => key.startsWith("("));
  const names = keys.map((key) => openName(key));
  const name = [...shortcuts.keys()].find((one) => names.includes(`(${one}`));
  if (name === undefined) return { name: entry.name ?? entry.job ?? Object.keys(entry)[0], args };
  const { job, keyArg, args: shown } = shortcuts.get(name)!;
  for (const [index, key] of keys.entries()) {
    const arg = names[index] === `(${name}` ? keyArg : shown[names[index]!.replace("((", "")];
    if (arg !== undefined) args[arg] = argAt(entry, key);
  }
  return { name: job, args };
}

function argAt(owner: Record<string, unknown>, key: string): Arg {
  return { value: owner[key], owner, key };
}

/** `((then ))` in the form that the engine compares: `((then`. */
function openName(key: string): string {
  return key.endsWith(")") ? key.replace(/\s*\)+$/, "") : key;
}
