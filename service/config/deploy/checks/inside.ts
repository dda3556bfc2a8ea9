import { milliCpus } from "../deploy-spec.js";
import { type DeployValues, full } from "../read-deployment.js";
import { Said } from "./said.js";
import { findScaleConflicts } from "./scale.js";
import { findStorageConflicts } from "./storage.js";

/** Combinations within the deployment that cannot be, each as a line for the user. */
export function findInside(source: DeployValues): string[] {
  const said = new Said(source);
  return [
    ...findScaleConflicts(said),
    ...findResourceConflicts(said),
    ...findStorageConflicts(said),
    ...findPublishConflicts(said),
    ...findNeighbourConflicts(said),
  ];
}

function findResourceConflicts(said: Said): string[] {
  return ["cpu", "memory"].flatMap((resource) => {
    const [request, limit] = [`resources.requests.${resource}`, `resources.limits.${resource}`];
    const amount = (name: string) => (resource === "cpu" ? milliCpus(said.text(name)) : said.number(name));
    return amount(request) > amount(limit) ? [`${said.entry(request)} is more than ${said.entry(limit)}`] : [];
  });
}

function findPublishConflicts(said: Said): string[] {
  const problems: string[] = [];
  const type = said.text("publish.type");
  if (type === "ingress" && !said.has("publish.host")) {
    problems.push(`${said.entry("publish.type")} needs ${full("publish.host")}, the host name clients use`);
  }
  for (const name of ["publish.host", "publish.tlsSecret", "publish.ingressClass"]) {
    if (said.isGiven(name) && type !== "ingress") {
      problems.push(
        `${said.entry(name)} needs ${full("publish.type")}: ingress, which is ${said.value("publish.type")}`,
      );
    }
  }
  if (said.isGiven("balancer.image") && !said.is("balancer.enabled")) {
    problems.push(
      `${said.entry("balancer.image")} needs ${full("balancer.enabled")}: true, which is ${said.value("balancer.enabled")}`,
    );
  }
  const lastPort = said.number("publish.port") + said.number("replicas") - 1;
  if (!said.is("balancer.enabled") && lastPort > 65_535) {
    problems.push(
      `${said.entry("publish.port")} leaves too few ports for ${said.entry("replicas")} with ${said.entry("balancer.enabled")}; the last port is 65535`,
    );
  }
  return problems;
}

function findNeighbourConflicts(said: Said): string[] {
  const problems: string[] = [];
  const needs = (names: string[], owner: string, isThere: boolean) => {
    for (const name of names) {
      if (said.isGiven(name) && !isThere)
        problems.push(`${said.entry(name)} needs ${full(owner)}, which is ${said.value(owner)}`);
    }
  };
  const hasQueue = said.text("queue.kind") !== "none";
  needs(["queue.host", "queue.port", "queue.image", "queue.size"], "queue.kind", hasQueue);
  needs(["browser.port"], "browser.enabled", said.is("browser.enabled"));
  needs(["monitoring.interval"], "monitoring.serviceMonitor", said.is("monitoring.serviceMonitor"));
  for (const name of ["queue.image", "queue.size"]) {
    if (said.isGiven(name) && said.has("queue.host")) {
      problems.push(
        `${said.entry(name)} applies to a deployed queue, but ${said.entry("queue.host")} names an existing one; leave one of them out`,
      );
    }
  }
  if (said.is("browser.enabled") && said.number("browser.port") === said.number("publish.port")) {
    problems.push(`${said.entry("browser.port")} is also ${said.entry("publish.port")}; choose two ports`);
  }
  return problems;
}
