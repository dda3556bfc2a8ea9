import { QUEUE_MEMORY_MB, queueKinds } from "../../service/config/queues/index.js";
import { browserCommand, healthCheck, type Plan, USER, workFolder } from "../deployment-plan.js";

const MB = 1024 * 1024;

export type DockerService = Record<string, unknown>;

/** A node's container, for Compose and Swarm. */
export function nodeService(plan: Plan): DockerService {
  const { deploy } = plan;
  return {
    ...programService(plan),
    command: ["start"],
    environment: escaped({ ...deploy.env, ...secretVariables(plan) }),
    volumes: [workVolume(plan)],
    healthcheck: healthOf(healthCheck),
    stop_grace_period: `${plan.stopGraceSeconds}s`,
  };
}

/**
 * The container of the page that shows the work folder.
 * @param hosts value of HOSTS
 */
export function browserService(plan: Plan, hosts: string): DockerService {
  const { start, health } = browserCommand(plan);
  const key = plan.secrets.filter(({ option }) => option === "APIKEY");
  return {
    ...programService(plan),
    command: start,
    environment: key.length === 0 ? { HOSTS: hosts, PRIVATE: "true" } : secretVariables({ secrets: key }),
    volumes: [{ ...workVolume(plan), read_only: true }],
    healthcheck: healthOf(health),
  };
}

/** The container of the queue, if one is deployed. */
export function queueService(plan: Plan): DockerService {
  const queue = plan.deploy.queue!;
  const program = queueKinds[queue.kind].program(queue, plan.names.queue);
  const { command, health, data, user, group, isVolumeOfRoot } = program;
  return {
    image: queue.image,
    user: isVolumeOfRoot ? "0:0" : `${user}:${group}`,
    read_only: true,
    cap_drop: ["ALL"],
    ...labelsOf(plan),
    command,
    volumes: [{ type: "volume", source: plan.names.queue, target: data }],
    healthcheck: healthOf(health),
    stop_grace_period: "30s",
  };
}

/** Resources of queue and page. */
export const besideLimits = {
  queue: amounts({ milliCpus: 1000, memoryBytes: QUEUE_MEMORY_MB * MB }),
  browser: amounts({ milliCpus: 500, memoryBytes: 192 * MB }),
};

function programService(plan: Plan): DockerService {
  return {
    image: plan.image,
    user: `${USER}:${USER}`,
    read_only: true,
    cap_drop: ["ALL"],
    ...labelsOf(plan),
  };
}

/** The labels of the deployment, if it has any. */
export function labelsOf({ deploy: { labels } }: Plan): { labels?: Record<string, string> } {
  return Object.keys(labels).length === 0 ? {} : { labels };
}

export function healthOf(command: readonly string[]): object {
  return { test: ["CMD", ...command], interval: "10s", timeout: "10s", retries: 3, start_period: "30s" };
}

/** CPUs and memory as the `resources` of a service's `deploy`. */
export function amounts({ milliCpus, memoryBytes }: { milliCpus: number; memoryBytes: number }): object {
  return { cpus: String(milliCpus / 1000), memory: `${Math.ceil(memoryBytes / 1024)}k` };
}

/** Limits and reservations of a node. */
export function nodeResources({ deploy: { requests, limits } }: Plan): object {
  return { limits: amounts(limits), reservations: amounts(requests) };
}

function secretVariables({ secrets }: Pick<Plan, "secrets">): Record<string, string> {
  return Object.fromEntries(secrets.map(({ option }) => [`${option}_FILE`, `/run/secrets/${option}`]));
}

function workVolume({ deploy: { storage } }: Plan): object {
  const target = workFolder;
  switch (storage.kind) {
    case "host":
      return { type: "bind", source: storage.path, target };
    case "volume":
      return { type: "volume", source: storage.name, target };
    default:
      // Without a name: each container has its own, which is removed with it.
      return { type: "volume", target };
  }
}

/** Both replace `$NAME` by a variable of the machine that deploys. */
export function escapeDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}

function escaped(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, escapeDollars(text)]));
}
