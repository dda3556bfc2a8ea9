import { processArgs } from "../args/merge-args.js";
import type { Builtin } from "../builtins/builtin.js";
import { checkCode } from "../code/check.js";
import { notePieces } from "../code/compile.js";
import { joinPieces } from "../code/sources.js";
import type { Job } from "../model/shapes.js";
import { engine } from "../state/engine.js";

/** Registers a built-in job: its code is a step that calls its native body, so that it can stand in `from` and `to`. */
export function registerBuiltin(builtin: Builtin): Job {
  const body = `args = yield* __ojob.builtin(${JSON.stringify(builtin.name)}, args, job, id);`;
  const checks = checkCode(builtin.name, builtin.check);
  const pieces = [{ text: checks === "" ? body : `${checks}\n${body}` }];
  const job: Job = {
    name: builtin.name,
    type: builtin.type ?? "simple",
    typeArgs: { ...builtin.typeArgs, lang: "oaf" },
    args: processArgs(builtin.args),
    deps: [],
    each: [],
    exec: joinPieces(pieces),
    help: {},
  };
  notePieces(job.name, pieces);
  engine.jobs.set(job.name, job);
  return job;
}
