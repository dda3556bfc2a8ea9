import { createHash } from "node:crypto";
import type { Plan } from "../infra/deployment-plan.js";
import { nodeConfig } from "../infra/node-config.js";
import { hostsOf } from "../infra/node-hosts.js";

/** The config file of the nodes; they find each other by the tasks of their service. */
export function swarmNodeConfig(plan: Plan): string {
  const { name } = plan.deploy;
  return nodeConfig(plan, `tasks.${name}`, hostsOf(plan, swarmNames(plan)));
}

/** Names of the nodes in a swarm; also with the name of the stack, which is that of the deployment by default. */
function swarmNames({ deploy: { name } }: Plan): string[] {
  return [name, `tasks.${name}`, `${name}_${name}`];
}

/** Its name beside the stack file. */
export function nodesConfigFile({ deploy: { name } }: Plan): string {
  return `${name}.config.yaml`;
}

/** Its name in the swarm, where a config is immutable: another content is another config, and rolls the nodes. */
export function configName(plan: Plan): string {
  const hash = createHash("sha256").update(swarmNodeConfig(plan)).digest("hex");
  return `${plan.deploy.name}-config-${hash.slice(0, 12)}`;
}
