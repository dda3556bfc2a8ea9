import { join } from "node:path";
import { keepKey } from "./kept-key.js";
import type { Config } from "./schema.js";

/** The key of the cluster, and its source. */
export interface ClusterKey {
  clusterKey: string;
  /** `APIKEY`: clients and nodes use the same key; `kept`: from the work folder, made by its first node. */
  source: "CLUSTERKEY" | "APIKEY" | "kept";
  /** Lines for the log. */
  warnings: string[];
}

/** File of the key that nodes with PRIVATE=true make. */
export function clusterKeyFile(workFolder: string): string {
  return join(workFolder, ".rojob", "clusterkey");
}

/**
 * The key for signatures of requests among nodes: CLUSTERKEY, else the API key; with PRIVATE, where there is none, the
 * one kept in the work folder, which its nodes share. There is always one: the routes for peers execute the runs they
 * get.
 * @param apiKey of the node; undefined with PRIVATE
 * @throws Error when the key file cannot be written, or holds no key
 */
export function resolveClusterKey(config: Pick<Config, "CLUSTERKEY" | "WORK">, apiKey: string | undefined): ClusterKey {
  if (config.CLUSTERKEY !== undefined) return { clusterKey: config.CLUSTERKEY, source: "CLUSTERKEY", warnings: [] };
  if (apiKey !== undefined) return { clusterKey: apiKey, source: "APIKEY", warnings: [] };
  const { key, warnings } = keepKey(clusterKeyFile(config.WORK), "cluster key");
  return { clusterKey: key, source: "kept", warnings };
}
