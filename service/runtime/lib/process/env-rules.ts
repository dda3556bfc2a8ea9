import { world } from "../../base/world.js";
import { steers } from "./steering.js";

/** Most names kept of what was refused, and the most characters of one: arguments may have any. */
const MOST_NAMES = 50;
const LONGEST_NAME = 100;

/** Variables that may be set from arguments whatever they steer: `rojob.env` of the job files. */
const allowedEnv = new Set<string>();
/** Those that were to be set from arguments, and were not. */
export const refusedEnv = new Set<string>();

/** Takes over `rojob.env` of a job file: names, or beginnings of names followed by `*`. */
export function allowEnv(names: unknown): void {
  for (const name of Array.isArray(names) ? names : [names])
    if (typeof name === "string" && name !== "*") allowedEnv.add(name);
}

/** May an argument become the environment variable of that name? */
export function maySet(name: string, value: string): boolean {
  if (!canHold(name, value)) return false;
  return !steers(name, value) || isAllowed(name);
}

/** Reports refused names, each once: in the run's error output and in its record. */
export function noteRefused(names: readonly string[]): void {
  const fresh: string[] = [];
  for (const name of names) {
    const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
    if (refusedEnv.has(shown) || refusedEnv.size >= MOST_NAMES) continue;
    refusedEnv.add(shown);
    fresh.push(/^[\w.%()-]+…?$/.test(shown) ? shown : JSON.stringify(shown));
  }
  if (fresh.length === 0) return;
  const text = `arguments that do not become environment variables of processes, because such variables steer programs: ${fresh.join(", ")}`;
  world.host.output.write(2, `[rojob] ${text}. The job file can allow them by name: rojob: { env: [NAME] }\n`);
}

/** An environment has no place for these (environ(7)). */
function canHold(name: string, value: string): boolean {
  return name !== "" && !name.includes("=") && !name.includes("\0") && !value.includes("\0");
}

function isAllowed(name: string): boolean {
  for (const allowed of allowedEnv)
    if (allowed.endsWith("*") ? name.startsWith(allowed.slice(0, -1)) : name === allowed) return true;
  return false;
}
