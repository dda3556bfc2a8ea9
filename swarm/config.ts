import { createHash } from "node:crypto";
import { nodeConfig } from "../infra/node-config.js";
import type { Plan } from "../infra/plan.js";

/** The config file of the nodes; their service's tasks are what they find each other by. */
export function swarmNodeConfig(plan: Plan): string {
  return nodeConfig(plan, `tasks.${plan.deploy.name}`);
}

/** Its name beside the stack file. */
export function nodesConfigFile({ deploy: { name } }: Plan): string {
  return `${name}.config.yaml`;
}

/** Its name in the swarm, where a config never changes: another content is another config, and rolls the nodes. */
export function configName(plan: Plan): string {
  const hash = createHash("sha256").update(swarmNodeConfig(plan)).digest("hex");
  return `${plan.deploy.name}-config-${hash.slice(0, 12)}`;
}
