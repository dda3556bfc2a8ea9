import { textOf } from "../base/values/thrown.js";
import { parseOJob } from "../ojob/load/document.js";
import { loadNamed } from "../ojob/load/load.js";
import type { DocumentQuery, ReadDocument } from "./queries.js";

/** Loads a job file as a run would, without running scripts and without asking for packages. */
export function readDocument({ text, file, keepPacks }: DocumentQuery): ReadDocument {
  try {
    const parsed = parseOJob(text, file);
    if (parsed === undefined) return {};
    const { isNone: _isNone, ...document } = loadNamed(file, file, parsed, { onlyRead: keepPacks ? "files" : "all" });
    return { document };
  } catch (error) {
    const { line } = error as { line?: number };
    return { error: line === undefined ? { message: textOf(error) } : { message: textOf(error), line } };
  }
}
