import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "./schema.js";

/** The key of a node, and how it came by it. */
export interface ApiKey {
  /** Left out with PRIVATE. */
  apiKey?: string;
  /** `option`: APIKEY was given; `kept`: generated at an earlier start. */
  source: "option" | "kept" | "generated" | "private";
  /** File it is kept in, when it was generated. */
  file?: string;
  /** Lines for the log. */
  warnings: string[];
}

/** Where a generated key is kept. */
export function apiKeyFile(workFolder: string): string {
  return join(workFolder, ".rojob", "apikey");
}

/**
 * The key that an earlier start generated, or `rojob setup` wrote.
 * @returns undefined when there is none
 * @throws Error when the file cannot be read, or holds no key
 */
export function keptApiKey(workFolder: string): string | undefined {
  return readKept(apiKeyFile(workFolder))?.apiKey;
}

/**
 * The key clients have to sign with: APIKEY, or the one kept in the work folder, or a new one, which is then kept.
 * Nodes that start at the same time on one work folder end up with the same key.
 * @throws Error when the key file cannot be written, or holds no key
 */
export function resolveApiKey(config: Pick<Config, "APIKEY" | "PRIVATE" | "WORK">): ApiKey {
  if (config.PRIVATE) return { source: "private", warnings: [] };
  if (config.APIKEY !== undefined) return { apiKey: config.APIKEY, source: "option", warnings: [] };
  const file = apiKeyFile(config.WORK);
  const kept = readKept(file);
  if (kept !== undefined) return kept;
  const apiKey = randomBytes(24).toString("base64url");
  if (createExclusively(file, `${apiKey}\n`)) return { apiKey, source: "generated", file, warnings: [] };
  const other = readKept(file);
  if (other === undefined) throw new Error(`${file}: removed while it was read; start again`);
  return other;
}

/**
 * The key kept in a file.
 * @returns undefined when there is no such file
 */
function readKept(file: string): ApiKey | undefined {
  let apiKey: string;
  try {
    apiKey = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (!/^[\x21-\x7e]{1,512}$/.test(apiKey)) {
    throw new Error(`${file}: holds no API key (one line of printable characters); delete it to have one generated`);
  }
  const isExposed = process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0;
  const warnings = isExposed ? [`${file} can be read by other users of this machine; run: chmod 600 ${file}`] : [];
  return { apiKey, source: "kept", file, warnings };
}

/**
 * Creates a file with its whole content at once, readable by its owner only.
 * @returns false when somebody else's file is there already
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
    // Unlike a rename, a link never replaces what is there.
    linkSync(fresh, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return copyExclusively(fresh, file);
  } finally {
    unlinkSync(fresh);
  }
}

/** The second best, on file systems without hard links. */
function copyExclusively(from: string, to: string): boolean {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
