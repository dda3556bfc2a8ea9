import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { clone } from "../../lib/maps/merge.js";
import type { JobDefinition } from "../model/shapes.js";
import { builtinShortcut, shortcutRank } from "./builtins.js";

interface OwnShortcut {
  job: string;
  /** The job is one of the engine's. */
  isBuiltin?: boolean;
  /** Key of the entry → arg. */
  keys: Record<string, string>;
  noLog: boolean;
}

/** Shortcuts of jobs of files, by name with the opening parenthesis. */
const own = new Map<string, OwnShortcut>();

/** Registers `typeArgs.shortcut` of a job. A name that is taken is logged and left as it is. */
export function registerShortcut(job: JobDefinition): void {
  const shortcut = job.typeArgs?.shortcut;
  if (!isMap(shortcut)) return;
  const name = `(${plain(shortcut.name ?? job.name)}`;
  if (own.has(name)) return jobScope.logWarn(`Already existing shortcut '${name}' definition. Ignoring.`);
  const keys: Record<string, string> = {};
  if (shortcut.keyArg !== undefined) keys[name] = String(shortcut.keyArg);
  for (const shown of Object.keys(shortcut.args ?? {})) keys[`((${plain(shown)}`] = plain(shortcut.args[shown]);
  own.set(name, { job: String(job.name), keys, noLog: shortcut.nolog === true });
}

/** An entry of a todo list (or of from, to, …) with its shortcut, if it has one, translated. Changes the entry. */
export function translateEntry(entry: any): any {
  if (!isMap(entry)) return entry;
  const names: string[] = [];
  for (const key of Object.keys(entry)) {
    if (!key.startsWith("(")) continue;
    const open = key.endsWith(")") ? key.replace(/\s*\)+$/, "") : key;
    if (open !== key) {
      entry[open] = entry[key];
      delete entry[key];
    }
    names.push(open);
  }
  const shortcut = firstShortcut(names);
  if (shortcut === undefined) return entry;
  entry.name = shortcut.job;
  if (!isMap(entry.args)) entry.args = {};
  for (const key of Object.keys(shortcut.keys))
    if (entry[key] !== undefined) {
      entry.args[shortcut.keys[key]!] = entry[key];
      delete entry[key];
    }
  if (shortcut.noLog) entry.typeArgs = { ...entry.typeArgs, noLog: true };
  if (shortcut.isBuiltin) stepArgs.set(entry, Object.values(shortcut.keys));
  return entry;
}

/** Args of built-in jobs that were given by the keys of shortcuts. */
const stepArgs = new WeakMap<object, string[]>();

/** Names of the args an entry has from its shortcut to a built-in job: they are for that step only. */
export function stepArgsOf(entry: object): string[] | undefined {
  return stepArgs.get(entry);
}

/** A copy of `entry`, translated. */
export function translatedCopy(entry: any): any {
  return isMap(entry) ? translateEntry(clone(entry)) : entry;
}

function firstShortcut(names: string[]): OwnShortcut | undefined {
  const builtin = names
    .filter((name) => builtinShortcut(name.slice(1)) !== undefined)
    .sort((a, b) => shortcutRank(a.slice(1)) - shortcutRank(b.slice(1)))[0];
  if (builtin === undefined) {
    // Of several own ones the one that was registered first.
    for (const [name, shortcut] of own) if (names.includes(name)) return shortcut;
    return undefined;
  }
  const { job, shortcut } = builtinShortcut(builtin.slice(1))!;
  const keys: Record<string, string> = {};
  if (shortcut.keyArg !== undefined) keys[builtin] = shortcut.keyArg;
  for (const shown of Object.keys(shortcut.args ?? {})) keys[`((${shown}`] = shortcut.args![shown]!;
  return { job, isBuiltin: true, keys, noLog: shortcut.noLog === true };
}

function plain(name: unknown): string {
  return String(name).replace(/[()]/g, "");
}
