import { k8s } from "cdk8s-plus-27";
import type { Plan } from "../plan.js";

/** What tells these pods from all others. */
export function selectorOf({ deploy }: Plan): Record<string, string> {
  return { "app.kubernetes.io/name": "rojob", "app.kubernetes.io/instance": deploy.name };
}

/** Labels of every object. */
export function labelsOf(plan: Plan): Record<string, string> {
  return { ...selectorOf(plan), "app.kubernetes.io/component": "node" };
}

/** An amount of memory or storage, in the largest unit that says it exactly. */
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
