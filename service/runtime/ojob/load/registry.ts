import type { Job } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { registerBuiltin } from "./builtin-job.js";
import { builtinNamed, builtinNames } from "./builtins.js";

/** The registered job of that name, a built-in one too; undefined when there is none. */
export function findJob(name: string): Job | undefined {
  const job = engine.jobs.get(name);
  if (job !== undefined) return job;
  const builtin = engine.withBuiltins && String(name).startsWith("ojob ") ? builtinNamed(name) : undefined;
  return builtin && registerBuiltin(builtin);
}

/** Names of all jobs that can be run, the built-in ones first. */
export function jobNames(): string[] {
  return [...new Set([...builtinNames(), ...engine.jobs.keys()])];
}
