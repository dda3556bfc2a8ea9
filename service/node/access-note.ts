import type { ClusterKey } from "../config/cluster-key.js";
import type { Config } from "../config/schema.js";

/**
 * Describes the open access of the node, as a line for the log.
 * @param port it listens on, whatever PORT says
 */
export function accessNote(
  { PRIVATE, RUNONLY, HOSTS, LISTEN }: Pick<Config, "PRIVATE" | "RUNONLY" | "HOSTS" | "LISTEN">,
  port: number,
  { source }: Pick<ClusterKey, "source">,
): string {
  const address = `${LISTEN.includes(":") ? `[${LISTEN}]` : LISTEN}:${port}`;
  const what = RUNONLY ? "the jobs of RUN" : "any code";
  const clients = PRIVATE
    ? `every program that reaches ${address} may run ${what}, no key is required`
    : `clients with the API key may run ${what}; without it only /healthz, /readyz and /openapi.json answer`;
  const key = { CLUSTERKEY: "CLUSTERKEY", APIKEY: "the API key", kept: "the key in WORK/.rojob/clusterkey" }[source];
  const names = HOSTS === undefined ? "its own names only" : `its own names and ${HOSTS}`;
  return `access of clients: ${clients}; of nodes: those with ${key}; of web pages: those of ${names}`;
}
