import { comment, type SynthFile, writeDocuments } from "../infra/document.js";
import { hostsOf } from "../infra/hosts.js";
import { nodeConfig } from "../infra/node-config.js";
import { patched } from "../infra/patch.js";
import { hasOwnQueue, type Plan } from "../infra/plan.js";
import { keyFileHint } from "../infra/secret-file.js";
import { balancerConfig, balancerFile } from "./balancer.js";
import { composeFile, composeNames, isPublished, nodesConfigFile, portRange, secretPath } from "./file.js";

/**
 * The Compose file, and beside it the configs of nodes and balancer.
 * @param folder the files will be in
 */
export function composeFiles(plan: Plan, folder: string): SynthFile[] {
  const { name, patches, balancerImage } = plan.deploy;
  const document = patched(composeFile(plan, folder), patches.compose, "patches.compose");
  const made = comment([`Config of the nodes, which compose.yaml hands to them; made by \`rojob synth\`.`]);
  const files = [
    { path: "compose/compose.yaml", text: writeDocuments(header(plan, folder), [document]) },
    {
      path: `compose/${nodesConfigFile}`,
      text: `${made}\n${nodeConfig(plan, name, hostsOf(plan, composeNames(plan)))}`,
    },
  ];
  if (balancerImage !== undefined) files.push({ path: `compose/${balancerFile}`, text: balancerConfig(plan) });
  return files;
}

function header(plan: Plan, folder: string): string[] {
  const { name, storage, publish, browserPort, balancerImage } = plan.deploy;
  const profiles = [hasOwnQueue(plan) && "queue", browserPort !== undefined && "browser"].filter((profile) => profile);
  const compose = ["docker compose", `-p ${name}`, ...profiles.map((profile) => `--profile ${profile}`)].join(" ");
  const prepare = plan.secrets.map((secret) => keyFileHint(secret, secretPath(secret, folder)));
  const reach = balancerImage === undefined ? `PORT with PORT ${portRange(plan)}, one a node` : String(publish.port);
  return [
    `Compose file of ${name}, made by \`rojob synth\`: change the config file, not this one.`,
    ...prepare
      .filter((command) => command !== undefined)
      .map((command) => `before:  ${command}; user 1000 has to be able to read it`),
    `apply:   ${compose} up -d`,
    `look at: ${compose} ps; ${compose} logs -f`,
    `scale:   ${compose} up -d --scale ${name}=5`,
    `remove:  ${compose} down`,
    ...(isPublished(plan) ? [`reach:   http://localhost:${reach}`] : []),
    ...(browserPort !== undefined && isPublished(plan) ? [`browse:  http://localhost:${browserPort}`] : []),
    ...(storage.kind === "volume" || hasOwnQueue(plan) ? ["Volumes stay, unless --volumes is added to remove."] : []),
    ...(storage.kind === "host" ? [`${storage.path} has to be there, with user 1000 as its owner.`] : []),
  ];
}
