import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { linkIfFree } from "../base/files/link-if-free.js";

/** A key from a file. */
export interface KeptKey {
  key: string;
  /** Lines for the log. */
  warnings: string[];
}

/**
 * The key in a file.
 * @param what name of the key, for messages
 * @returns undefined when there is no such file
 * @throws Error when it cannot be read, or holds no key
 */
export function readKept(file: string, what: string): KeptKey | undefined {
  let key: string;
  try {
    key = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (!/^[\x21-\x7e]{1,512}$/.test(key)) {
    throw new Error(
      `${file}: must contain the ${what} as one line of printable characters; delete the file to generate a new key`,
    );
  }
  const isExposed = process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0;
  const warnings = isExposed ? [`${file} can be read by other users of this machine; run: chmod 600 ${file}`] : [];
  return { key, warnings };
}

/**
 * The key in a file, or a new one, which is then stored there. All concurrent callers get the same key.
 * @param what name of the key, for messages
 * @throws Error when it cannot be read or written, or holds no key
 */
export function keepKey(file: string, what: string): KeptKey & { isNew: boolean } {
  const kept = readKept(file, what);
  if (kept !== undefined) return { ...kept, isNew: false };
  const key = randomBytes(24).toString("base64url");
  if (createExclusively(file, `${key}\n`)) return { key, warnings: [], isNew: true };
  const other = readKept(file, what);
  if (other === undefined) throw new Error(`${file}: removed while the node read it; start the node again`);
  return { ...other, isNew: false };
}

/**
 * Creates a file with its whole content at once, readable by its owner only.
 * @returns false when the file exists already
 */
function createExclusively(file: string, content: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const descriptor = openSync(fresh, "wx", 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    return linkIfFree(fresh, file);
  } finally {
    unlinkSync(fresh);
  }
}
