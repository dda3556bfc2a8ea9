import { chmodSync, readFileSync, writeFileSync } from "node:fs";

/** Outcome for a file; `kept`: it has different content and was not overwritten. */
export type FileOutcome = "created" | "unchanged" | "kept" | "replaced";

/**
 * Writes a file unless it exists with different content.
 * @param isForced replaces such a file
 * @param mode its permissions
 */
export function writeFile(file: string, content: string, mode: number, isForced: boolean): FileOutcome {
  const present = readIfAny(file);
  if (present === content) {
    chmodSync(file, mode);
    return "unchanged";
  }
  if (present !== undefined && !isForced) return "kept";
  writeFileSync(file, content, { mode });
  // The mode above is applied to new files only, and the umask reduces it.
  chmodSync(file, mode);
  return present === undefined ? "created" : "replaced";
}

function readIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
