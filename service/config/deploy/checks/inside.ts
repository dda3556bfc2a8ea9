import { milliCpus } from "../deploy-spec.js";
import { type DeployValues, full } from "../read-deployment.js";
import { findScaleConflicts } from "./scale.js";
import { SettledEntries } from "./settled-entries.js";
import { findStorageConflicts } from "./storage.js";

/** Invalid combinations within the deployment, each as a line for the user. */
export function findInside(source: DeployValues): string[] {
  const settled = new SettledEntries(source);
  return [
    ...findScaleConflicts(settled),
    ...findResourceConflicts(settled),
    ...findStorageConflicts(settled),
    ...findPublishConflicts(settled),
    ...findNeighbourConflicts(settled),
  ];
}

function findResourceConflicts(settled: SettledEntries): string[] {
  return ["cpu", "memory"].flatMap((resource) => {
    const [request, limit] = [`resources.requests.${resource}`, `resources.limits.${resource}`];
    const amount = (name: string) => (resource === "cpu" ? milliCpus(settled.text(name)) : settled.number(name));
    return amount(request) > amount(limit) ? [`${settled.entry(request)} is more than ${settled.entry(limit)}`] : [];
  });
}

function findPublishConflicts(settled: SettledEntries): string[] {
  const problems: string[] = [];
  const type = settled.text("publish.type");
  if (type === "ingress" && !settled.has("publish.host")) {
    problems.push(`${settled.entry("publish.type")} needs ${full("publish.host")}, the host name clients use`);
  }
  for (const name of ["publish.host", "publish.tlsSecret", "publish.ingressClass"]) {
    if (settled.isGiven(name) && type !== "ingress") {
      problems.push(
        `${settled.entry(name)} needs ${full("publish.type")}: ingress, which is ${settled.value("publish.type")}`,
      );
    }
  }
  if (settled.isGiven("balancer.image") && !settled.is("balancer.enabled")) {
    problems.push(
      `${settled.entry("balancer.image")} needs ${full("balancer.enabled")}: true, which is ${settled.value("balancer.enabled")}`,
    );
  }
  const lastPort = settled.number("publish.port") + settled.number("replicas") - 1;
  if (!settled.is("balancer.enabled") && lastPort > 65_535) {
    problems.push(
      `${settled.entry("publish.port")} leaves too few ports for ${settled.entry("replicas")} with ${settled.entry("balancer.enabled")}; the last port is 65535`,
    );
  }
  return problems;
}

function findNeighbourConflicts(settled: SettledEntries): string[] {
  const problems: string[] = [];
  const needs = (names: string[], owner: string, isThere: boolean) => {
    for (const name of names) {
      if (settled.isGiven(name) && !isThere)
        problems.push(`${settled.entry(name)} needs ${full(owner)}, which is ${settled.value(owner)}`);
    }
  };
  const hasQueue = settled.text("queue.kind") !== "none";
  needs(["queue.host", "queue.port", "queue.image", "queue.size"], "queue.kind", hasQueue);
  needs(["browser.port"], "browser.enabled", settled.is("browser.enabled"));
  needs(["monitoring.interval"], "monitoring.serviceMonitor", settled.is("monitoring.serviceMonitor"));
  for (const name of ["queue.image", "queue.size"]) {
    if (settled.isGiven(name) && settled.has("queue.host")) {
      problems.push(
        `${settled.entry(name)} applies to a deployed queue, but ${settled.entry("queue.host")} names an existing one; leave one of them out`,
      );
    }
  }
  if (settled.is("browser.enabled") && settled.number("browser.port") === settled.number("publish.port")) {
    problems.push(`${settled.entry("browser.port")} is also ${settled.entry("publish.port")}; choose two ports`);
  }
  return problems;
}
