import { join } from "node:path";
import { keepKey } from "./kept-key.js";
import type { Config } from "./schema.js";

/** The key by which nodes know each other, and how this one came by it. */
export interface ClusterKey {
  clusterKey: string;
  /** `APIKEY`: the key of the clients is also that of the nodes; `kept`: that of the work folder, made by its first node. */
  source: "CLUSTERKEY" | "APIKEY" | "kept";
  /** Lines for the log. */
  warnings: string[];
}

/** Where the key that nodes with PRIVATE=true make is kept. */
export function clusterKeyFile(workFolder: string): string {
  return join(workFolder, ".rojob", "clusterkey");
}

/**
 * The key that requests among nodes are signed with: CLUSTERKEY, else the API key; with PRIVATE, where there is none, the one
 * kept in the work folder, which nodes that share it have in common. There is always one: the routes of peers execute
 * what they are sent.
 * @param apiKey of the node; undefined with PRIVATE
 * @throws Error when the key file cannot be written, or holds no key
 */
export function resolveClusterKey(config: Pick<Config, "CLUSTERKEY" | "WORK">, apiKey: string | undefined): ClusterKey {
  if (config.CLUSTERKEY !== undefined) return { clusterKey: config.CLUSTERKEY, source: "CLUSTERKEY", warnings: [] };
  if (apiKey !== undefined) return { clusterKey: apiKey, source: "APIKEY", warnings: [] };
  const { key, warnings } = keepKey(clusterKeyFile(config.WORK), "cluster key");
  return { clusterKey: key, source: "kept", warnings };
}
