import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { CheckedChain, FoundInclude, NameStatus, Vocabulary } from "../runtime/inspect/queries.js";
import { createInspector, type Inspector, type InspectorOptions } from "../workers/inspector.js";
import { type Analysis, analyse } from "./analysis.js";
import { readUnit, type Unit } from "./unit.js";

/** Shared by the checks of many files: the engine, and the caches of read files and answers. */
export interface Workspace {
  readonly vocabulary: Vocabulary;
  unit(text: string, file: string): Unit;
  find(name: string): FoundInclude;
  statusOf(name: string): NameStatus;
  chain(text: string): CheckedChain;
  missingPacks(opacks: unknown): string[];
  analysis(code: string): Analysis;
  hasProgram(name: string): boolean;
  close(): void;
}

/** @param options folders in which names of files are looked up, and environment variables for finding programs */
export async function createWorkspace(options: InspectorOptions): Promise<Workspace> {
  const inspector: Inspector = await createInspector(options);
  return {
    vocabulary: inspector.ask({ what: "vocabulary" }),
    unit: (text, file) => readUnit(text, file),
    find: remembered((name) => inspector.ask({ what: "include", name })),
    statusOf: remembered((name) => inspector.ask({ what: "names", names: [name] })[0]!),
    chain: remembered((text) => inspector.ask({ what: "chains", chains: [text] })[0]!),
    missingPacks: (opacks) => (opacks === undefined ? [] : inspector.ask({ what: "packs", opacks })),
    analysis: remembered(analyse),
    hasProgram: remembered((name) => isProgram(name, options)),
    close: () => inspector.close(),
  };
}

function remembered<T>(find: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, find(name));
    return known.get(name)!;
  };
}

/** Is there a program of this name? */
function isProgram(name: string, { cwd, env }: InspectorOptions): boolean {
  const folders = name.includes("/") ? [cwd] : (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => {
    const path = name.startsWith("/") ? name : join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "EACCES" || code === "ENOTDIR") return false;
      throw error;
    }
  });
}
