import { builtins } from "rojob:builtins";
import type { Builtin, BuiltinEntry, Shortcut } from "../builtins/builtin.js";
import { engine } from "../state/engine.js";

let byName: Map<string, BuiltinEntry> | undefined;
let byShortcut: Map<string, { entry: BuiltinEntry; shortcut: Shortcut }> | undefined;

/** The built-in job of that name; undefined when there is none, or when the run does without them. */
export function builtinNamed(name: string): Builtin | undefined {
  if (!engine.withBuiltins) return undefined;
  byName ??= new Map(builtins.map((entry) => [entry.name, entry]));
  return byName.get(name)?.load();
}

/** Names of all built-in jobs. */
export function builtinNames(): string[] {
  return engine.withBuiltins ? builtins.map((entry) => entry.name) : [];
}

/** The built-in shortcut of that name (without parentheses) and the job it stands for. */
export function builtinShortcut(name: string): { job: string; shortcut: Shortcut } | undefined {
  if (byShortcut === undefined) {
    byShortcut = new Map();
    for (const entry of builtins)
      for (const shortcut of entry.shortcuts ?? []) byShortcut.set(shortcut.name, { entry, shortcut });
  }
  const found = byShortcut.get(name);
  return found && { job: found.entry.name, shortcut: found.shortcut };
}

/** Rank of a built-in shortcut: of several in one entry the first of the table counts. */
export function shortcutRank(name: string): number {
  let rank = 0;
  for (const entry of builtins)
    for (const shortcut of entry.shortcuts ?? []) {
      if (shortcut.name === name) return rank;
      rank++;
    }
  return rank;
}
