import type { Steps } from "../../base/scheduler.js";
import { isSteps } from "../../base/scheduler.js";
import { builtinNamed } from "../load/builtins.js";
import { jobEngine } from "./port.js";

/** Runs the body of a built-in job. @returns the args it leaves */
export function* runBuiltin(name: string, args: any, job: any, id: string): Steps<any> {
  const builtin = builtinNamed(name);
  if (builtin === undefined) throw new Error(`there is no built-in job '${name}'`);
  const made = builtin.exec(args, job, id, jobEngine);
  const left = isSteps(made) ? yield* made : made;
  return left === undefined ? args : left;
}
