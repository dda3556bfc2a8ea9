import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A file to be checked. */
export interface AskedFile {
  file: string;
  text: string;
  /** Was it named itself? Otherwise it was found in a folder, and may be anything. */
  isNamed: boolean;
}

/** Folders that hold no job files of the project. */
const skipped = new Set([".git", "node_modules"]);

/**
 * The YAML and JSON files of the arguments of `rojob check`, folders with all files below them.
 * @throws Error of Node when a path can not be read
 */
export function expandPaths(paths: readonly string[]): AskedFile[] {
  const files = new Map<string, AskedFile>();
  const add = (file: string, isNamed: boolean): void => {
    if (!files.has(file)) files.set(file, { file, isNamed, text: readFileSync(file, "utf8") });
  };
  const walk = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skipped.has(entry.name)) walk(path);
      else if (entry.isFile() && /\.(?:ya?ml|json)$/i.test(entry.name)) add(path, false);
    }
  };
  for (const path of paths) {
    if (statSync(path).isDirectory()) walk(path);
    else add(path, true);
  }
  return [...files.values()];
}
