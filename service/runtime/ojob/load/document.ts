import type { ParsedYaml } from "../../base/host.js";
import { isMap } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import type { OJobDocument, Place } from "../model/shapes.js";

interface Origin {
  file: string;
  pointer: string;
  lines: Record<string, number>;
}

const origins = new WeakMap<object, Origin>();

/**
 * Parses the text of an oJob file.
 * @throws Error of name `YAMLException` with the place
 */
export function parseOJob(text: string, file: string): OJobDocument | undefined {
  let parsed: ParsedYaml;
  try {
    parsed = JSON.parse(world.host.code.parse(text, file));
  } catch (error) {
    const { code, line } = error as { code?: string; line?: number };
    const place: Place | undefined = line === undefined ? undefined : { file, line };
    throw Object.assign(error as Error, { name: code === "EJSON" ? "SyntaxError" : "YAMLException", place });
  }
  // A file of several documents runs nothing.
  const document = parsed.docs.length === 1 ? parsed.docs[0] : undefined;
  if (!isMap(document)) return undefined;
  if (parsed.hasDates) withDates(document);
  if (Array.isArray(document.jobs))
    for (const [index, job] of document.jobs.entries())
      if (isMap(job)) origins.set(job, { file, pointer: `/jobs/${index}`, lines: parsed.lines });
  return document as OJobDocument;
}

/** Position of the value of `key` of a job (or of the `ojob` section); undefined when the text is not from a file. */
export function placeInDocument(owner: object, key: string): Place | undefined {
  const origin = origins.get(owner);
  const line = origin?.lines[`${origin.pointer}/${key}`];
  return line === undefined ? undefined : { file: origin!.file, line };
}

/** Dates come through the parser as `{ "$date": ms }`. */
function withDates(value: any): void {
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (typeof member !== "object" || member === null) continue;
    if (typeof member.$date === "number") value[key] = new Date(member.$date);
    else withDates(member);
  }
}
