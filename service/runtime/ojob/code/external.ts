import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import type { AnyMap, JobDefinition } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import type { Piece } from "./sources.js";

const javascript = new Set(["oaf", "js", "javascript"]);

/** The code of a job, when it lies elsewhere than in `exec`; the last place found counts. May change the language. */
export function externalSource(definition: JobDefinition, typeArgs: AnyMap, written: Piece): Piece {
  let source = written;
  if (typeArgs.execJs !== undefined) {
    typeArgs.lang = "oaf";
    source = fileSource(typeArgs.execJs);
  }
  const required = typeArgs.execRequire ?? engine.settings.execRequire;
  if (source.text === "" && javascript.has(typeArgs.lang) && typeof required === "string")
    source = { text: requireCode(required, definition.name) };
  if (typeArgs.execPy !== undefined) {
    typeArgs.lang = "python";
    source = fileSource(typeArgs.execPy);
  }
  if (typeArgs.file !== undefined && definition.type !== "jobs") {
    const text = engine.code.get(typeArgs.file);
    source = text === undefined ? fileOrNothing(typeArgs.file) : { text };
  }
  if (definition.file !== undefined) source = fileOrNothing(definition.file);
  return source;
}

function fileSource(file: string): Piece {
  return { text: world.host.files.readText(file), place: { file, line: 1 } };
}

/** The source of a file; a missing file is logged, and the job does nothing. */
function fileOrNothing(file: string): Piece {
  if (world.host.files.stat(file) !== "") return fileSource(file);
  jobScope.logErr(`File '${file} not found!`);
  return { text: "" };
}

function requireCode(module: string, name: string): string {
  const job = JSON.stringify(name);
  const complaint = JSON.stringify(`Code for '${name}' not found!`);
  return `var __r = require(${JSON.stringify(module)}); if (__r[${job}] !== undefined) __r[${job}](args); else throw ${complaint};`;
}
