import { configPath, hasOwnQueue, type Plan, pathFrom, USER } from "../infra/deployment-plan.js";
import {
  besideLimits,
  browserService,
  type DockerService,
  escapeDollars,
  labelsOf,
  nodeResources,
  nodeService,
  queueService,
} from "../infra/docker/service.js";
import { queueVolume, unlessEmpty, workVolume } from "../infra/docker/volumes.js";
import { hostsOf } from "../infra/node-hosts.js";
import { configName, nodesConfigFile } from "./config.js";
import { constraintsOf } from "./constraints.js";

/**
 * The stack file for `docker stack deploy`.
 * @param folder folder of the file
 */
export function swarmStack(plan: Plan, folder: string): Record<string, unknown> {
  const { deploy, names } = plan;
  const services: Record<string, DockerService> = { [deploy.name]: nodes(plan) };
  if (hasOwnQueue(plan)) services[names.queue] = queue(plan);
  if (deploy.browserPort !== undefined) services[names.browser] = browser(plan, deploy.browserPort);
  const { storage } = deploy;
  const isPerNode = storage.kind === "volume" && !storage.isShared;
  return {
    version: "3.9",
    services,
    networks: { [deploy.name]: { driver: "overlay", ...labelsOf(plan) } },
    // A task finds the volume of its slot again, on the same machine.
    volumes: unlessEmpty({
      ...workVolume(plan, isPerNode ? { name: `${storage.name}-{{.Task.Slot}}` } : {}),
      ...queueVolume(plan),
    }),
    secrets: secretsOf(plan, folder),
    configs: { [configName(plan)]: { file: `./${nodesConfigFile(plan)}`, ...labelsOf(plan) } },
  };
}

function nodes(plan: Plan): DockerService {
  const { deploy, port } = plan;
  const { environment, volumes, ...service } = nodeService(plan);
  return {
    ...service,
    // Jobs write programs there, too, and start them, which Swarm's tmpfs does not allow. It is removed with the
    // container.
    volumes: [...(volumes as object[]), { type: "volume", target: "/tmp" }],
    environment: {
      ...templatesKept(environment as Record<string, string>),
      // A task has an address in each of its networks, and peers reach one: its name resolves to that.
      ...("HOST" in plan.options ? {} : { HOST: "{{.Task.Name}}" }),
    },
    secrets: mountedSecrets(plan),
    configs: [{ source: configName(plan), target: configPath, uid: String(USER), gid: String(USER), mode: 0o440 }],
    networks: [deploy.name],
    ports: deploy.publish.type === "clusterip" ? undefined : [published(port, deploy.publish.port)],
    deploy: {
      mode: "replicated",
      replicas: deploy.replicas,
      ...labelsOf(plan),
      ...updatesOf(plan),
      restart_policy: { condition: "any", delay: "5s", window: "120s" },
      resources: nodeResources(plan),
      placement: { constraints: constraintsOf(plan), preferences: [{ spread: "node.id" }] },
    },
  };
}

/** Updates of nodes, and the rollback of a failed one. */
function updatesOf({ deploy: { update } }: Plan): object {
  // The new node answers before an old one stops, unless it has to wait for resources of the old one.
  const isStartFirst = update.isRolling && update.surge > 0;
  const steps = {
    // 0: all at once
    parallelism: update.isRolling ? (isStartFirst ? update.surge : update.unavailable) : 0,
    order: isStartFirst ? "start-first" : "stop-first",
    delay: "5s",
    monitor: "30s",
  };
  return {
    update_config: { ...steps, failure_action: "rollback", max_failure_ratio: 0 },
    rollback_config: { ...steps, delay: "0s", failure_action: "pause" },
  };
}

function queue(plan: Plan): DockerService {
  return {
    ...queueService(plan),
    networks: [plan.deploy.name],
    deploy: {
      replicas: 1,
      ...labelsOf(plan),
      // Two on one volume would corrupt it.
      update_config: { order: "stop-first", failure_action: "rollback" },
      rollback_config: { order: "stop-first" },
      restart_policy: { condition: "any", delay: "5s" },
      resources: { limits: besideLimits.queue },
      placement: { constraints: constraintsOf(plan) },
    },
  };
}

function browser(plan: Plan, port: number): DockerService {
  const { deploy } = plan;
  return {
    ...browserService(plan, hostsOf(plan, [plan.names.browser, `${deploy.name}_${plan.names.browser}`])),
    secrets: mountedSecrets(plan).filter(({ target }) => target === "APIKEY"),
    networks: [deploy.name],
    ports: deploy.publish.type === "clusterip" ? undefined : [published(port, port)],
    deploy: {
      replicas: 1,
      ...labelsOf(plan),
      update_config: { order: "stop-first", failure_action: "rollback" },
      rollback_config: { order: "stop-first" },
      restart_policy: { condition: "any", delay: "5s" },
      resources: { limits: besideLimits.browser },
      placement: { constraints: constraintsOf(plan) },
    },
  };
}

function published(target: number, port: number): object {
  return { target, published: port, protocol: "tcp", mode: "ingress" };
}

function mountedSecrets({ secrets }: Plan): { source: string; target: string }[] {
  const owner = { uid: String(USER), gid: String(USER), mode: 0o400 };
  return secrets.map(({ option, name }) => ({ source: name, target: option, ...owner }));
}

function secretsOf(plan: Plan, folder: string): object | undefined {
  if (plan.secrets.length === 0) return undefined;
  const entries = plan.secrets.map(({ name, isExisting, file }) => [
    name,
    isExisting ? { external: true } : { file: escapeDollars(pathFrom(folder, file!)), ...labelsOf(plan) },
  ]);
  return Object.fromEntries(entries);
}

/** Swarm fills templates in; a template in a value is the user's own. */
function templatesKept(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, text.replaceAll("{{", '{{"{{"}}')]));
}
