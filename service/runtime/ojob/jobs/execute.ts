import type { Steps } from "../../base/scheduler.js";
import { REPEAT } from "../args/merge-args.js";
import type { Job } from "../model/shapes.js";
import { fillTemplates } from "../state/templates.js";
import { handle, runOnce } from "./once.js";
import { executeEach } from "./repeat.js";

/** Runs the code of a job: over its args, or over each of a list of args. @returns its result */
export function* execute(job: Job, args: any, id: string, deps: any): Steps<any> {
  fillTemplates(job, args);
  if (args[REPEAT] !== undefined) {
    yield* executeEach(job, args, id, deps);
    return true;
  }
  try {
    return yield* runOnce(job, args, id, deps);
  } catch (error) {
    const left = handle(job, args, id, deps, error);
    if (left === undefined) throw error;
    return left.args;
  }
}
