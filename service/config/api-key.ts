import { join } from "node:path";
import { keepKey, readKept } from "./kept-key.js";
import type { Config } from "./schema.js";

/** The API key of a node, and its source. */
export interface ApiKey {
  /** Undefined with PRIVATE. */
  apiKey?: string;
  /** `option`: APIKEY was given; `kept`: generated at an earlier start. */
  source: "option" | "kept" | "generated" | "private";
  /** File of a generated key. */
  file?: string;
  /** Lines for the log. */
  warnings: string[];
}

/** File of a generated key. */
export function apiKeyFile(workFolder: string): string {
  return join(workFolder, ".rojob", "apikey");
}

/**
 * The key that an earlier start generated, or `rojob setup` wrote.
 * @returns undefined when there is none
 * @throws Error when the file cannot be read, or holds no key
 */
export function keptApiKey(workFolder: string): string | undefined {
  return readKept(apiKeyFile(workFolder), "API key")?.key;
}

/**
 * The key for signatures of clients: APIKEY, or the one kept in the work folder, or a new one, which is then kept.
 * Nodes that start at the same time on one work folder get the same key.
 * @throws Error when the key file cannot be written, or holds no key
 */
export function resolveApiKey(config: Pick<Config, "APIKEY" | "PRIVATE" | "WORK">): ApiKey {
  if (config.PRIVATE) return { source: "private", warnings: [] };
  if (config.APIKEY !== undefined) return { apiKey: config.APIKEY, source: "option", warnings: [] };
  const file = apiKeyFile(config.WORK);
  const { key, warnings, isNew } = keepKey(file, "API key");
  return { apiKey: key, source: isNew ? "generated" : "kept", file, warnings };
}
