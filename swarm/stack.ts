import { dockerObjects, dockerResources, dockerService } from "../infra/docker.js";
import { writeDocuments } from "../infra/document.js";
import { keyFileHint, type Plan } from "../infra/plan.js";

/**
 * The stack file for `docker stack deploy`.
 * @param folder the file will be in
 */
export function swarmStack(plan: Plan, folder: string): Record<string, unknown> {
  const { deploy, port } = plan;
  const published = { target: port, published: deploy.port, protocol: "tcp", mode: "ingress" };
  return {
    version: "3.9",
    services: {
      [deploy.name]: {
        ...dockerService(plan),
        ports: deploy.isPublished ? [published] : undefined,
        deploy: {
          mode: "replicated",
          replicas: deploy.replicas,
          // The new node answers before an old one goes.
          update_config: { parallelism: 1, order: "start-first", failure_action: "rollback", monitor: "30s" },
          rollback_config: { parallelism: 1, order: "start-first" },
          restart_policy: { condition: "any", delay: "5s" },
          resources: dockerResources(plan),
          placement: { preferences: [{ spread: "node.id" }] },
        },
      },
    },
    networks: { [deploy.name]: { driver: "overlay" } },
    ...dockerObjects(plan, folder, true),
  };
}

/** The stack file as text. */
export function swarmText(plan: Plan, folder: string): string {
  const { name, port, isPublished, storage } = plan.deploy;
  const prepare = plan.secrets.map((secret) =>
    secret.isExisting ? `docker secret create ${secret.name} FILE` : keyFileHint(secret, folder),
  );
  const header = [
    `Docker Swarm stack of ${name}, made by \`npm run synth\`: change the config file, not this one.`,
    ...prepare.map((command) => `before:  ${command}`),
    `apply:   docker stack deploy -c ${name}.stack.yaml ${name}`,
    `look at: docker stack ps ${name}; docker service logs ${name}_${name}`,
    `remove:  docker stack rm ${name}`,
    ...(isPublished ? [`reach:   http://MACHINE:${port}, at any machine of the swarm`] : []),
    ...(storage.kind === "volume" ? ["Each machine has its own volume, which stays when the stack is removed."] : []),
    ...(storage.kind === "host"
      ? [`${storage.path} has to be there on each machine, with user 1000 as its owner.`]
      : []),
  ];
  return writeDocuments(header, [swarmStack(plan, folder)]);
}
