import { full } from "../service/config/deploy/index.js";
import type { Cannot, DeployTarget, Target } from "./deploy-target.js";
import type { Plan } from "./deployment-plan.js";
import { lacksHosts } from "./node-hosts.js";

/** Given entries that a target cannot express, each with option and target. */
export function warningsOf(plan: Plan, name: Target, { inexpressible, warnings }: DeployTarget): string[] {
  const cannot: Cannot = (entry, why, value = plan.given.get(entry)) =>
    `${full(entry)}: ${value} cannot be expressed by ${name}: ${why}`;
  const general = [...plan.given.keys()].flatMap((entry) => {
    const why = inexpressible[entry] ?? inexpressible[entry.split(".")[0]!];
    return why === undefined ? [] : [cannot(entry, why)];
  });
  return [...general, ...warnings(plan, cannot)];
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
