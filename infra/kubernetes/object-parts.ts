import { k8s } from "cdk8s-plus-27";
import type { Resources } from "../../service/config/deploy/index.js";
import type { Plan } from "../deployment-plan.js";

/** Purpose of an object. */
export type Component = "node" | "queue" | "browser";

/** Labels that select these pods only. */
export function selectorOf({ deploy }: Plan, component: Component): Record<string, string> {
  return {
    "app.kubernetes.io/name": "rojob",
    "app.kubernetes.io/instance": deploy.name,
    "app.kubernetes.io/component": component,
  };
}

/** Labels of every object. */
export function labelsOf(plan: Plan, component: Component): Record<string, string> {
  return { ...plan.deploy.labels, ...selectorOf(plan, component), "app.kubernetes.io/managed-by": "rojob-synth" };
}

export function metadataOf(plan: Plan, name: string, component: Component): k8s.ObjectMeta {
  return { name, labels: labelsOf(plan, component) };
}

/** An amount of memory or storage, in the largest unit that is exact. */
export function memory(bytes: number): k8s.Quantity {
  for (const [unit, size] of [
    ["Gi", 1024 ** 3],
    ["Mi", 1024 ** 2],
    ["Ki", 1024],
  ] as const) {
    if (bytes % size === 0) return k8s.Quantity.fromString(`${bytes / size}${unit}`);
  }
  return k8s.Quantity.fromString(String(bytes));
}

/** An amount of CPU. */
export function cpu(milliCpus: number): k8s.Quantity {
  return k8s.Quantity.fromString(milliCpus % 1000 === 0 ? String(milliCpus / 1000) : `${milliCpus}m`);
}

export function amounts({ milliCpus, memoryBytes }: Resources): Record<string, k8s.Quantity> {
  return { cpu: cpu(milliCpus), memory: memory(memoryBytes) };
}

/** A port by number or name. */
export function portOf(port: number | string): k8s.IntOrString {
  return typeof port === "number" ? k8s.IntOrString.fromNumber(port) : k8s.IntOrString.fromString(port);
}

/** Security context of a container for the restricted Pod Security Standard. */
export const restricted: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** Security context of a pod for it. */
export function restrictedPod(user: number, group: number): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: group,
    fsGroup: group,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** The claim of a volume. */
export function claimSpec(sizeBytes: number, access: string, storageClass?: string): k8s.PersistentVolumeClaimSpec {
  return {
    accessModes: [access],
    storageClassName: storageClass,
    resources: { requests: { storage: memory(sizeBytes) } },
  };
}
