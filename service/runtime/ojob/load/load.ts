import { isMap } from "../../base/values/types.js";
import { load } from "../../lib/code/load.js";
import { loadOwraps, needPacks } from "../../lib/code/packs.js";
import { allowEnv } from "../../lib/process/env-rules.js";
import { noteCode } from "../code/section.js";
import type { OJobDocument } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { findFile, isPackFile, readJobFile } from "./files.js";
import { mergeDocuments } from "./include.js";
import { checkIntegrity, noteIntegrity } from "./integrity.js";
import { registerShortcut, translateEntry } from "./shortcuts.js";

/** The wanted parts of a document. */
interface Parts {
  withoutTodo?: boolean;
  withoutJobs?: boolean;
  /** The file is only looked at: packages are not asked for, no script runs. With `files`, includes that are not files stay includes. */
  onlyRead?: "all" | "files";
}

/** Names of the files that are being loaded, the outermost first. */
const loading: string[] = [];

/**
 * Loads a job file with what it includes. Nothing is registered or queued yet.
 * @throws text when a file is missing or its integrity is wrong; Error of the parser
 */
export function loadFile(name: string, parts: Parts = {}): OJobDocument {
  checkIntegrity(name);
  const { path, document } = readJobFile(name);
  return loadNamed(name, path, document, parts);
}

/** The same for a document that was read already, under the name of its file. */
export function loadNamed(name: string, path: string, document: OJobDocument, parts: Parts = {}): OJobDocument {
  if (loading.includes(path))
    throw `Files include each other: ${[...loading.slice(loading.indexOf(path)), path].join(" -> ")}`;
  // A file that was loaded before gives no jobs any more: they are registered.
  const withoutJobs = engine.files.has(name);
  engine.files.add(name);
  loading.push(path);
  try {
    return loadDocument(
      { ...document, jobs: document.jobs ?? [], todo: document.todo ?? [] },
      { ...parts, withoutJobs },
    );
  } finally {
    loading.pop();
  }
}

/**
 * Loads a document: what its `ojob` section asks for, its shortcuts, its includes.
 * @throws text when `jobs` and `todo` are not lists
 */
export function loadDocument(document: OJobDocument, parts: Parts = {}): OJobDocument {
  let current: OJobDocument = { ...document, ojob: isMap(document.ojob) ? document.ojob : {} };
  const section = current.ojob!;
  const { onlyRead } = parts;
  if (!onlyRead) {
    needPacks(section.opacks);
    loadOwraps(section.owraps);
    for (const name of [...textsOf(section.loadLibs), ...textsOf(section.loads)]) loadScript(name);
  }
  noteIntegrity(section.integrity);
  if (isMap(document.rojob)) allowEnv(document.rojob.env);
  if (section.includeOJob !== false) engine.withBuiltins = true;
  if (!parts.withoutJobs && Array.isArray(current.jobs))
    for (const job of current.jobs) if (isMap(job)) registerShortcut(job as any);

  for (const name of includesOf(document.include, parts))
    current = mergeDocuments(loadFile(name, { onlyRead }), current);
  if (!parts.withoutJobs)
    for (const name of includesOf(document.jobsInclude, parts))
      if (!textsOf(document.include).includes(name))
        current = mergeDocuments(loadFile(name, { withoutTodo: true, onlyRead }), current);

  if (!Array.isArray(current.jobs) && !Array.isArray(current.todo))
    throw "jobs and todo entries need to be defined as arrays.";
  if (Array.isArray(current.todo)) current.todo = current.todo.map(translateEntry);
  if (parts.withoutTodo) {
    delete current.todo;
    delete current.help;
  }
  if (parts.withoutJobs) {
    delete current.jobs;
    delete current.help;
  } else noteCode(current.code);
  return current;
}

/** `ojob.loads` and `loadLibs`: a script that runs once in the global scope. */
function loadScript(name: string): void {
  load(findFile(name)?.path ?? name);
}

function includesOf(names: unknown, { onlyRead }: Parts): string[] {
  return textsOf(names).filter((name) => onlyRead !== "files" || !isPackFile(name));
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
