import { isSteps, runSteps, type Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import type { Job, Place } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { joinPieces, noteSource, type Piece, sourcePlace } from "./sources.js";

/** Code that contains one of these waits in steps, so that it does not block what runs beside it. */
const STEP = "yield* __ojob.";

type Compiled = (...args: any[]) => any;

const compiled = new Map<string, Compiled>();
/** Pieces of the registered jobs, as long as their code is as it was registered. */
const piecesOf = new Map<string, Piece[]>();

/** Remembers the pieces a job's code was composed of. */
export function notePieces(name: string, pieces: Piece[]): void {
  piecesOf.set(name, pieces);
}

/** Pieces of the code of a job: as registered, or its text when it was changed since. */
export function jobPieces(job: Job): Piece[] {
  const pieces = piecesOf.get(job.name);
  if (pieces !== undefined && joinPieces(pieces) === job.exec) return pieces;
  return [{ text: String(job.exec ?? "") }];
}

/** Position of the beginning of a job's code: the only known position of a thrown text. */
export function codePlace(name: string): Place | undefined {
  const place = piecesOf.get(name)?.find((piece) => piece.place !== undefined)?.place;
  return place && { file: place.file, line: Math.abs(place.line) };
}

/** Runs the code of a job over `args`. @returns what it returned: its args unless the code says otherwise */
export function* runCode(job: Job, args: any, id: string, deps: any): Steps<any> {
  const fn = compileCode(job.name, "args, job, id, deps, each, __ojob", jobPieces(job), ";return args;");
  const made = fn(args, job, id, deps, undefined, engine.calls.steps);
  return isSteps(made) ? yield* made : made;
}

/**
 * A function of the code in `pieces`.
 * @param name of the job it belongs to; `what` distinguishes several codes of one job
 */
export function compileCode(name: string, parameters: string, pieces: Piece[], ending = "", what = ""): Compiled {
  const text = joinPieces(pieces);
  const scriptName = `${pieces.find((piece) => piece.place)?.place?.file ?? engine.file}#${name}${what}`;
  const key = `${scriptName}\0${parameters}\0${text}`;
  let fn = compiled.get(key);
  if (fn === undefined) {
    const star = text.includes(STEP) ? "*" : "";
    noteSource(scriptName, pieces);
    const source = world.host.code.suspendable(`(function${star} (${parameters}) {\n${text}\n${ending}\n})`);
    fn = compileScript(source, scriptName);
    compiled.set(key, fn);
  }
  return fn;
}

/** @throws SyntaxError with the place in the file */
function compileScript(source: string, scriptName: string): Compiled {
  try {
    return world.host.code.run(source, scriptName, 0) as Compiled;
  } catch (error) {
    const { line } = error as { line?: number };
    throw Object.assign(error as Error, { place: line === undefined ? undefined : sourcePlace(scriptName, line) });
  }
}

/** Calls code of a setting (`catch`, `onFail`, `stopWhen`, …) that may hold steps. */
export function callCode(name: string, parameters: string, pieces: Piece[], what: string, args: any[]): any {
  const made = compileCode(name, parameters, pieces, "", what)(...args);
  return isSteps(made) ? runSteps(made) : made;
}
