import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { Plan } from "../deployment-plan.js";
import { hasOwnVolumes } from "./nodes.js";
import { metadataOf, selectorOf } from "./object-parts.js";

/** Number of nodes under load, and while machines are drained. */
export function addScaling(scope: Construct, plan: Plan): void {
  const { name, mostUnavailable, autoscaling } = plan.deploy;
  const metadata = metadataOf(plan, name, "node");
  if (mostUnavailable !== undefined) {
    new k8s.KubePodDisruptionBudget(scope, "budget", {
      metadata,
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(mostUnavailable),
        selector: { matchLabels: selectorOf(plan, "node") },
      },
    });
  }
  if (autoscaling === undefined) return;
  const kind = hasOwnVolumes(plan) ? "StatefulSet" : "Deployment";
  new k8s.KubeHorizontalPodAutoscalerV2(scope, "autoscaler", {
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind, name },
      minReplicas: autoscaling.min,
      maxReplicas: autoscaling.max,
      metrics: metricsOf(autoscaling),
      behavior: {
        // Bursts are answered at once; nodes are removed one by one after a quiet time.
        scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] },
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
      },
    },
  });
}

function metricsOf({ cpuPercent, backlog }: NonNullable<Plan["deploy"]["autoscaling"]>): k8s.MetricSpecV2[] {
  const metrics: k8s.MetricSpecV2[] = [];
  if (cpuPercent !== undefined) {
    const target = { type: "Utilization", averageUtilization: cpuPercent };
    metrics.push({ type: "Resource", resource: { name: "cpu", target } });
  }
  if (backlog !== undefined) {
    const target = { type: "AverageValue", averageValue: k8s.Quantity.fromString(String(backlog)) };
    metrics.push({ type: "Pods", pods: { metric: { name: "rojob_backlog_runs" }, target } });
  }
  return metrics;
}
