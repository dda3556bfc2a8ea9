import { comment, type SynthFile, writeDocuments } from "../infra/document.js";
import { patched } from "../infra/patch.js";
import { hasOwnQueue, type Plan, pathFrom } from "../infra/plan.js";
import { keyFileHint } from "../infra/secret-file.js";
import { nodesConfigFile, swarmNodeConfig } from "./config.js";
import { swarmStack } from "./stack.js";

/**
 * The stack file, and the config of the nodes beside it.
 * @param folder the files will be in
 */
export function swarmFiles(plan: Plan, folder: string): SynthFile[] {
  const { name, patches } = plan.deploy;
  const stack = patched(swarmStack(plan, folder), patches.swarm, "patches.swarm");
  return [
    { path: `swarm/${name}.stack.yaml`, text: writeDocuments(header(plan, folder), [stack]) },
    {
      path: `swarm/${nodesConfigFile(plan)}`,
      text: `${comment([`Config of the nodes, which ${name}.stack.yaml hands to them; made by \`rojob synth\`.`])}\n${swarmNodeConfig(plan)}`,
    },
  ];
}

function header(plan: Plan, folder: string): string[] {
  const { name, publish, storage, browserPort } = plan.deploy;
  const prepare = plan.secrets.map((secret) =>
    secret.isExisting
      ? `docker secret create ${secret.name} FILE`
      : keyFileHint(secret, pathFrom(folder, secret.file!)),
  );
  const isPublished = publish.type !== "clusterip";
  return [
    `Docker Swarm stack of ${name}, made by \`rojob synth\`: change the config file, not this one.`,
    ...prepare.filter((command) => command !== undefined).map((command) => `before:  ${command}`),
    `apply:   docker stack deploy -c ${name}.stack.yaml ${name}`,
    `look at: docker stack ps ${name}; docker service logs -f ${name}_${name}`,
    `remove:  docker stack rm ${name}`,
    isPublished
      ? `reach:   http://MACHINE:${publish.port}, at any machine of the swarm`
      : `reach:   http://${name}:${plan.port} from services on the network ${name}_${name}`,
    ...(browserPort !== undefined && isPublished ? [`browse:  http://MACHINE:${browserPort}`] : []),
    ...(storage.kind === "volume" || hasOwnQueue(plan)
      ? ["Volumes stay when the stack is removed, on each machine that had one."]
      : []),
    ...(storage.kind === "host"
      ? [`${storage.path} has to be there on each machine, with user 1000 as its owner.`]
      : []),
  ];
}
