import type { Plan } from "./deployment-plan.js";

/**
 * The value of HOSTS: the names that clients may call the nodes by, where services have names of their own.
 *
 * A published port is reached by names of machines or of a load balancer, which nobody knows when manifests are made: then
 * it is any name, unless HOSTS says which. Not with PRIVATE: any name would let the pages of any site in.
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

/** May clients come by names that HOSTS does not say? */
export function lacksHosts({ deploy, options }: Plan): boolean {
  return deploy.publish.type === "loadbalancer" && options.HOSTS === undefined && options.PRIVATE === true;
}
