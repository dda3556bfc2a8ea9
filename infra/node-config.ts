import yaml from "js-yaml";
import type { Plan } from "./deployment-plan.js";
import { withoutUndefined } from "./document.js";

/**
 * The config file of the nodes: every option that is no secret, and the schedules.
 * @param peersHost name that resolves to the addresses of all nodes
 * @param hosts value of HOSTS; undefined where it is set elsewhere
 */
export function nodeConfig(plan: Plan, peersHost: string, hosts?: string): string {
  const { options, schedules, port } = plan;
  const all = { CDISC: `dns:${peersHost}:${port}`, ...options, HOSTS: hosts };
  const content = schedules.length === 0 ? all : { ...all, schedules };
  // Nodes read every value as a text first, so that quotes do not matter.
  return yaml.dump(withoutUndefined(content), { lineWidth: -1, noRefs: true, sortKeys: compareKeys });
}

/** The schedules come last. */
function compareKeys(left: string, right: string): number {
  const [isLeftLast, isRightLast] = [left, right].map((key) => key === "schedules");
  if (isLeftLast !== isRightLast) return isLeftLast ? 1 : -1;
  return left < right ? -1 : 1;
}
