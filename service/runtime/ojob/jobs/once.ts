import type { Steps } from "../../base/scheduler.js";
import { resolveTokens } from "../args/tokens.js";
import { callCode, runCode } from "../code/compile.js";
import type { Piece } from "../code/sources.js";
import type { Job } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { withinLimits } from "./limits.js";

/** One run of the code, under the limits its typeArgs set. */
export function* runOnce(job: Job, args: any, id: string, deps: any): Steps<any> {
  resolveTokens(args);
  const { timeout, stopWhen } = job.typeArgs;
  if (timeout === undefined && stopWhen === undefined) return yield* runCode(job, args, id, deps);
  return yield* withinLimits(job, () => runCode(job, args, id, deps), args);
}

/**
 * Lets the catch code of the job, else that of the run, handle an error.
 * @returns the args it leaves when it answered true; undefined when the error stands
 */
export function handle(job: Job, args: any, id: string, deps: any, error: unknown): { args: any } | undefined {
  const isOwn = job.catch !== undefined;
  const code = isOwn ? job.catch : engine.settings.catch;
  if (code === undefined || code === null) return undefined;
  const pieces: Piece[] = [
    { text: "const __res = (() => {" },
    { text: String(code), place: isOwn ? engine.catchPlaces.get(job.name) : undefined },
    { text: "})(); return { args, handled: __res };" },
  ];
  const parameters = "args, job, id, deps, exception";
  const answer = callCode(job.name, parameters, pieces, isOwn ? " catch" : " ojob.catch", [
    resolveTokens(args),
    job,
    id,
    deps,
    error,
  ]);
  return answer.handled ? { args: answer.args } : undefined;
}
