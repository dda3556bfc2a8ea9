import { resolve } from "node:path";
import type { OJobDocument } from "../../runtime/ojob/model/shapes.js";
import { createInspector } from "../../workers/inspector.js";

/** A job file cannot be loaded. */
export class NotLoaded extends Error {}

/** A job file with what it includes. */
export interface Loaded {
  document: OJobDocument;
  /** Includes that are part of the engine. */
  packs: string[];
  /** Names of the jobs of these includes. */
  packJobs: ReadonlySet<string>;
}

/**
 * Loads a job file by the engine's own rules, without running scripts; includes are looked up in the working folder and
 * the run folder (RUN, else `run`).
 * @param keepPacks does not load includes that are part of the engine
 * @throws NotLoaded with the reason
 */
export async function loadForView(text: string, file: string, keepPacks = false): Promise<Loaded> {
  const inspector = await createInspector({
    cwd: process.cwd(),
    env: { ...process.env } as Record<string, string>,
    runFolder: resolve(process.env.RUN || "run"),
  });
  try {
    const { document, error } = inspector.ask({ what: "document", text, file, keepPacks });
    if (error !== undefined)
      throw new NotLoaded(`${file}${error.line === undefined ? "" : `:${error.line}`}: ${error.message}`);
    if (document === undefined) throw new NotLoaded(`${file} is not an oJob: it must be one map`);
    const packs: string[] = [];
    const packJobs = new Set<string>();
    for (const name of [...(document.include ?? []), ...(document.jobsInclude ?? [])]) {
      const found = inspector.ask({ what: "include", name });
      if (found.kind !== "pack") continue;
      packs.push(name);
      for (const job of found.document.jobs ?? []) packJobs.add(job.name);
    }
    return { document, packs, packJobs };
  } finally {
    inspector.close();
  }
}
