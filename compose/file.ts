import { configPath, hasOwnQueue, type Plan, pathFrom } from "../infra/deployment-plan.js";
import {
  amounts,
  besideLimits,
  browserService,
  type DockerService,
  escapeDollars,
  healthOf,
  labelsOf,
  nodeResources,
  nodeService,
  queueService,
} from "../infra/docker/service.js";
import { queueVolume, unlessEmpty, workVolume } from "../infra/docker/volumes.js";
import { hostsOf } from "../infra/node-hosts.js";
import { balancerFile, balancerHealth } from "./balancer.js";

const MB = 1024 * 1024;

/** The config of the nodes, beside the Compose file. */
export const nodesConfigFile = "rojob.config.yaml";

const hardened = { restart: "unless-stopped", security_opt: ["no-new-privileges:true"] };

/**
 * The file for `docker compose up`.
 * @param folder folder of the file
 */
export function composeFile(plan: Plan, folder: string): Record<string, unknown> {
  const { deploy, names } = plan;
  const services: Record<string, DockerService> = { [deploy.name]: nodes(plan) };
  if (deploy.balancerImage !== undefined) services[names.balancer] = balancer(plan, deploy.balancerImage);
  if (hasOwnQueue(plan)) services[names.queue] = queue(plan);
  if (deploy.browserPort !== undefined) services[names.browser] = browser(plan, deploy.browserPort);
  return {
    services,
    networks: { [deploy.name]: {} },
    volumes: unlessEmpty({ ...(perNode(plan) ? {} : workVolume(plan)), ...queueVolume(plan) }),
    secrets: secretsOf(plan, folder),
  };
}

function nodes(plan: Plan): DockerService {
  const { deploy } = plan;
  const service = nodeService(plan);
  const [work] = service.volumes as object[];
  const config = { type: "bind", source: `./${nodesConfigFile}`, target: configPath, read_only: true };
  return {
    ...service,
    ...hardened,
    volumes: [perNode(plan) ? { ...work, source: undefined } : work, config],
    // Jobs write programs there, too, and start them.
    tmpfs: ["/tmp:exec,mode=1777"],
    secrets: mountedSecrets(plan),
    networks: [deploy.name],
    // Each container takes a port of its own from a range.
    ports: deploy.balancerImage === undefined && isPublished(plan) ? [`${portRange(plan)}:${plan.port}`] : undefined,
    deploy: { replicas: deploy.replicas, resources: nodeResources(plan) },
  };
}

/** Compose has no volume per replica: each container then has an unnamed one. */
function perNode({ deploy: { storage } }: Plan): boolean {
  return storage.kind === "volume" && !storage.isShared;
}

function balancer(plan: Plan, image: string): DockerService {
  const { deploy, port } = plan;
  return {
    image,
    ...hardened,
    read_only: true,
    cap_drop: ["ALL"],
    ...labelsOf(plan),
    volumes: [
      { type: "bind", source: `./${balancerFile}`, target: "/usr/local/etc/haproxy/haproxy.cfg", read_only: true },
    ],
    ports: isPublished(plan) ? [`${deploy.publish.port}:${port}`] : undefined,
    networks: [deploy.name],
    healthcheck: healthOf(balancerHealth(plan)),
    // Requests end with their nodes.
    stop_grace_period: `${plan.stopGraceSeconds}s`,
    deploy: { resources: { limits: amounts({ milliCpus: 1000, memoryBytes: 256 * MB }) } },
  };
}

function queue(plan: Plan): DockerService {
  return {
    ...queueService(plan),
    profiles: ["queue"],
    ...hardened,
    networks: [plan.deploy.name],
    deploy: { resources: { limits: besideLimits.queue } },
  };
}

function browser(plan: Plan, port: number): DockerService {
  return {
    ...browserService(plan, hostsOf(plan, [plan.names.browser])),
    profiles: ["browser"],
    ...hardened,
    secrets: mountedSecrets(plan).filter(({ target }) => target === "APIKEY"),
    networks: [plan.deploy.name],
    ports: isPublished(plan) ? [`${port}:${port}`] : undefined,
    deploy: { resources: { limits: besideLimits.browser } },
  };
}

/** Names of the nodes, and of the balancer before them, in Compose. */
export function composeNames({ deploy: { name, balancerImage }, names }: Plan): string[] {
  return balancerImage === undefined ? [name] : [name, names.balancer];
}

export function isPublished({ deploy: { publish } }: Plan): boolean {
  return publish.type !== "clusterip";
}

function mountedSecrets({ secrets }: Plan): { source: string; target: string }[] {
  return secrets.map(({ option, name }) => ({ source: name, target: option }));
}

/** Path of the file of a secret; for a secret that only clusters have, beside the Compose file. */
export function secretPath({ name, file }: Plan["secrets"][number], folder: string): string {
  return file === undefined ? `./${name}` : pathFrom(folder, file);
}

function secretsOf({ secrets }: Plan, folder: string): object | undefined {
  if (secrets.length === 0) return undefined;
  const entries = secrets.map((secret) => [secret.name, { file: escapeDollars(secretPath(secret, folder)) }]);
  return Object.fromEntries(entries);
}

export function portRange({ deploy: { publish, replicas } }: Plan): string {
  return replicas <= 1 ? `${publish.port}` : `${publish.port}-${publish.port + replicas - 1}`;
}
