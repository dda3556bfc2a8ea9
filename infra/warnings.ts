import { full } from "../service/config/deploy/index.js";
import { lacksHosts } from "./hosts.js";
import type { Plan } from "./plan.js";
import type { Target } from "./targets.js";

/** Entries that a target cannot express: entry, or start of entries → reason. */
const inexpressible: Record<Target, Readonly<Record<string, string>>> = {
  kubernetes: {
    balancer: "its Services balance the load",
    "storage.driver": "its volumes come from a storage class",
    "storage.driverOptions": "its volumes come from a storage class",
    "patches.swarm": "",
    "patches.compose": "",
  },
  swarm: {
    pullSecret: "log in to the registry, and add --with-registry-auth to docker stack deploy",
    autoscaling: "it has no autoscaling; use docker service scale",
    disruption: "docker node update drains machines, start-first",
    "publish.host": "its port is published; put a proxy in front of it",
    "publish.tlsSecret": "its port is published; put a proxy in front of it",
    "publish.ingressClass": "its port is published; put a proxy in front of it",
    "publish.annotations": "it has only labels",
    balancer: "its routing mesh balances the load",
    "storage.class": "its volumes use storage.driver",
    "storage.access": "its volumes use storage.driver",
    "storage.size": "its volumes have no size",
    "secrets.embed": "its secrets come from files",
    "queue.size": "its volumes have no size",
    monitoring: "Prometheus finds tasks by dockerswarm_sd_configs",
    network: "its networks have no policies",
    tolerations: "its machines have no taints",
    "patches.kubernetes": "",
    "patches.compose": "",
  },
  compose: {
    pullSecret: "log in to the registry",
    autoscaling: "it has no autoscaling; use up -d --scale",
    disruption: "it runs on one machine",
    update: "it replaces containers by stopping the old one first",
    "publish.host": "its port is published; put a proxy in front of it",
    "publish.tlsSecret": "its port is published; put a proxy in front of it",
    "publish.ingressClass": "its port is published; put a proxy in front of it",
    "publish.annotations": "it has only labels",
    "storage.class": "its volumes use storage.driver",
    "storage.access": "it runs on one machine",
    "storage.size": "its volumes have no size",
    "secrets.embed": "its secrets come from files",
    "queue.size": "its volumes have no size",
    monitoring: "Prometheus finds containers by docker_sd_configs",
    network: "its networks have no policies",
    nodeSelector: "it runs on one machine",
    tolerations: "it runs on one machine",
    "patches.kubernetes": "",
    "patches.swarm": "",
  },
};

/** Given entries that a target cannot express, each with option and target. */
export function warningsOf(plan: Plan, target: Target): string[] {
  const general = [...plan.given.keys()].flatMap((name) => {
    const why = reasonOf(inexpressible[target], name);
    return why === undefined || why === "" ? [] : [cannot(plan, name, target, why)];
  });
  return [...general, ...particular(plan, target)];
}

/** Settings that the nodes would handle differently from their intention, in any target. */
export function generalWarningsOf(plan: Plan): string[] {
  return [...scheduleWarnings(plan), ...hostsWarnings(plan)];
}

function hostsWarnings(plan: Plan): string[] {
  if (!lacksHosts(plan)) return [];
  return [
    "HOSTS: not set, and with PRIVATE the nodes reject unknown host names: set the names by which clients reach the published port",
  ];
}

function scheduleWarnings({ deploy, schedules, options, secrets }: Plan): string[] {
  const { storage, replicas, autoscaling } = deploy;
  const nodes = autoscaling?.max ?? replicas;
  const isShared = storage.kind === "host" || (storage.kind === "volume" && storage.isShared);
  const hasQueue = options.QUEUECH !== undefined || secrets.some(({ option }) => option === "QUEUECH");
  if (schedules.length === 0 || nodes < 2 || isShared || hasQueue) return [];
  return [
    `schedules: each of the ${nodes} nodes runs them at every tick, because they share neither a work folder nor a queue; use deploy.queue, QUEUECH, a shared volume or one node`,
  ];
}

function reasonOf(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return table[name] ?? table[name.split(".")[0]!];
}

function cannot({ given }: Plan, name: string, target: Target, why: string): string {
  return `${full(name)}: ${given.get(name)} cannot be expressed by ${target}: ${why}`;
}

function particular(plan: Plan, target: Target): string[] {
  const { deploy, given, secrets } = plan;
  const { storage, publish } = deploy;
  const warnings: string[] = [];
  const warn = (name: string, why: string, value = given.get(name)) =>
    warnings.push(`${full(name)}: ${value} cannot be expressed by ${target}: ${why}`);
  if (target === "kubernetes") {
    if (storage.kind === "host") {
      warnings.push(
        `${full("storage.kind")}: host is rejected by kubernetes in namespaces that enforce baseline or restricted Pod Security`,
      );
    }
    if (storage.kind === "volume" && !storage.isShared) {
      const why = "nodes with their own volumes are replaced one after the other, the old one stopping first";
      for (const name of ["update.strategy", "update.surge", "update.unavailable"])
        if (given.has(name)) warn(name, why);
    }
    return warnings;
  }
  if (publish.type === "ingress") warn("publish.type", "its port is published; put a proxy in front of it");
  if (
    storage.kind === "volume" &&
    target === "swarm" &&
    storage.isShared &&
    storage.driver === undefined &&
    storage.driverOptions === undefined
  ) {
    warn("storage.shared", "without a storage.driver for several machines each machine has its own volume", "true");
  }
  if (target === "compose") {
    if (storage.kind === "volume" && !storage.isShared) {
      warn("storage.shared", "each container has an anonymous volume, which is removed with it");
    }
    for (const { option, name, isExisting } of secrets) {
      if (isExisting) warn(`secrets.${option}.name`, `it has no secret store; put the content into compose/${name}`);
    }
  }
  return warnings;
}
