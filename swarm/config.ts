import { createHash } from "node:crypto";
import type { Plan } from "../infra/deployment-plan.js";
import { nodeConfig } from "../infra/node-config.js";
import { hostsOf } from "../infra/node-hosts.js";

/** The config file of the nodes; their service's tasks are what they find each other by. */
export function swarmNodeConfig(plan: Plan): string {
  const { name } = plan.deploy;
  return nodeConfig(plan, `tasks.${name}`, hostsOf(plan, swarmNames(plan)));
}

/** What a swarm calls the nodes; of the stack's name, too, which is that of the deployment unless somebody says another. */
export function swarmNames({ deploy: { name } }: Plan): string[] {
  return [name, `tasks.${name}`, `${name}_${name}`];
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
