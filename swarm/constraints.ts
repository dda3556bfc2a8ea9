import type { Plan } from "../infra/deployment-plan.js";

/** Labels of Kubernetes that machines of a swarm have under another name. */
const known: Record<string, string> = {
  "kubernetes.io/hostname": "node.hostname",
  "kubernetes.io/os": "node.platform.os",
  "kubernetes.io/arch": "node.platform.arch",
};

/** Machines report the names of their kernel. */
const architectures: Record<string, string> = { amd64: "x86_64", arm64: "aarch64" };

/** Placement constraints of the nodes. */
export function constraintsOf({ deploy: { nodeSelector } }: Plan): string[] | undefined {
  if (nodeSelector === undefined) return undefined;
  return Object.entries(nodeSelector).map(([key, value]) => {
    const text = key === "kubernetes.io/arch" ? (architectures[value] ?? value) : value;
    return `${known[key] ?? `node.labels.${key}`} == ${text}`;
  });
}
