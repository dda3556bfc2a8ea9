import type { Plan } from "./deployment-plan.js";

/**
 * The value of HOSTS: the names that clients may use for the nodes, where services have names of their own.
 *
 * Clients reach a published port by names of machines or of a load balancer, which are unknown when manifests are made:
 * then any name is allowed, unless HOSTS names some. Not with PRIVATE: any name would let the pages of any site in.
 * @param inner names that the target gives the nodes
 */
export function hostsOf({ deploy, options }: Plan, inner: readonly string[]): string {
  const { publish } = deploy;
  const said = String(options.HOSTS ?? "")
    .split(",")
    .map((host) => host.trim())
    .filter((host) => host !== "");
  const isUnknown = publish.type === "loadbalancer" && said.length === 0 && options.PRIVATE !== true;
  if (isUnknown || said.includes("*")) return "*";
  const outer = publish.type === "ingress" ? [publish.host!] : [];
  return [...new Set([...inner, ...outer, ...said])].join(",");
}

/** May clients use names that HOSTS does not list? */
export function lacksHosts({ deploy, options }: Plan): boolean {
  return deploy.publish.type === "loadbalancer" && options.HOSTS === undefined && options.PRIVATE === true;
}
