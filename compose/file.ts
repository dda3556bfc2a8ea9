import { dockerObjects, dockerResources, dockerService } from "../infra/docker.js";
import { writeDocuments } from "../infra/document.js";
import { keyFileHint, type Plan } from "../infra/plan.js";

/**
 * The file for `docker compose up`.
 * @param folder the file will be in
 */
export function composeFile(plan: Plan, folder: string): Record<string, unknown> {
  const { deploy, port } = plan;
  return {
    services: {
      [deploy.name]: {
        ...dockerService(plan),
        security_opt: ["no-new-privileges:true"],
        restart: "unless-stopped",
        // Compose has no balancer: of a range each container takes a port of its own.
        ports: deploy.isPublished ? [`${portRange(plan)}:${port}`] : undefined,
        deploy: { replicas: deploy.replicas, resources: dockerResources(plan) },
      },
    },
    networks: { [deploy.name]: {} },
    ...dockerObjects(plan, folder, false),
  };
}

/** The Compose file as text. */
export function composeText(plan: Plan, folder: string): string {
  const { name, isPublished, storage } = plan.deploy;
  const compose = `docker compose -p ${name} -f compose.yaml`;
  const header = [
    `Compose file of ${name}, made by \`npm run synth\`: change the config file, not this one.`,
    ...plan.secrets.map((secret) => `before:  ${keyFileHint(secret, folder)}; user 1000 has to be able to read it`),
    `apply:   ${compose} up -d`,
    `look at: ${compose} ps; ${compose} logs -f`,
    `remove:  ${compose} down --volumes`,
    ...(isPublished ? [`reach:   http://localhost:PORT with PORT ${portRange(plan)}, one a node`] : []),
    ...(storage.kind === "volume" ? ["Without --volumes the volume stays."] : []),
    ...(storage.kind === "host" ? [`${storage.path} has to be there, with user 1000 as its owner.`] : []),
  ];
  return writeDocuments(header, [composeFile(plan, folder)]);
}

function portRange({ deploy: { port, replicas } }: Plan): string {
  return replicas === 1 ? `${port}` : `${port}-${port + replicas - 1}`;
}
