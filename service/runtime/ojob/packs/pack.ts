import type { Steps } from "../../base/scheduler.js";
import type { JobEngine } from "../model/port.js";
import type { AnyMap, JobDefinition } from "../model/shapes.js";

/** A job of a shared pack, in this engine's own words: what a job file says of a job, with a native body. */
export interface PackJob extends JobDefinition {
  /** Names of args that mean this job only, separated by spaces; those of its shortcut are such ones anyway. */
  uses?: string;
  /** The body, as that of a built-in job, with the same parameters: it may change `args` or return others; a generator may wait in steps. */
  exec(args: any, job: any, id: string, engine: JobEngine): unknown | Steps<unknown>;
}

/** A job file that can be included although it lies nowhere. */
export interface Pack {
  /** Other packs it brings along. */
  include?: string[];
  jobs: PackJob[];
}

/**
 * `typeArgs` of a job with a shortcut whose `((names))` are the names of the args.
 * @param keyArg the arg that gets the value of `(name)`
 * @param names separated by spaces
 */
export function withShortcut(name: string, keyArg: string, names = ""): AnyMap {
  const args = Object.fromEntries(
    names
      .split(" ")
      .filter((one) => one !== "")
      .map((one) => [one, one]),
  );
  return { shortcut: { name, keyArg, args } };
}
