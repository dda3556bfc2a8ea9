import { createHash } from "node:crypto";
import { App, Chart } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { Plan } from "../plan.js";
import { podSpec } from "./pod.js";
import { labelsOf, memory, selectorOf } from "./values.js";

/**
 * The Kubernetes objects of a deployment. They are made of the L1 constructs: the L2 ones add probes, resources and
 * selectors nobody asked for, and know no seccomp profile and no topology spread.
 */
export class NodesChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, plan.deploy.name, { disableResourceNameHashes: true });
    const { deploy, variables } = plan;
    const metadata = { name: deploy.name, labels: labelsOf(plan) };
    new k8s.KubeConfigMap(this, "options", { metadata, data: variables });
    this.addVolumeClaim(plan);
    new k8s.KubeService(this, "service", {
      metadata,
      spec: {
        type: deploy.isPublished ? "LoadBalancer" : "ClusterIP",
        selector: selectorOf(plan),
        ports: [{ name: "http", protocol: "TCP", port: deploy.port, targetPort: k8s.IntOrString.fromString("http") }],
      },
    });
    new k8s.KubeDeployment(this, "nodes", {
      metadata,
      spec: {
        replicas: deploy.replicas,
        revisionHistoryLimit: 5,
        selector: { matchLabels: selectorOf(plan) },
        strategy: strategyOf(plan),
        template: {
          metadata: {
            labels: labelsOf(plan),
            // Nodes read their options at start: other options have to mean other pods.
            annotations: { "rojob/options-sha256": hashOf(variables) },
          },
          spec: podSpec(plan),
        },
      },
    });
  }

  private addVolumeClaim(plan: Plan): void {
    const { storage } = plan.deploy;
    if (storage.kind !== "volume") return;
    new k8s.KubePersistentVolumeClaim(this, "work", {
      metadata: { name: storage.name, labels: labelsOf(plan) },
      spec: {
        accessModes: [storage.access],
        storageClassName: storage.storageClass,
        resources: { requests: { storage: memory(storage.sizeBytes) } },
      },
    });
  }
}

/** The objects as plain data, in the order they are to be applied in. */
export function kubernetesObjects(plan: Plan): Record<string, unknown>[] {
  return new NodesChart(new App(), plan).toJson();
}

function strategyOf({ deploy: { storage } }: Plan): k8s.DeploymentStrategy {
  // A volume for one machine cannot be handed to the new pod while the old one has it.
  if (storage.kind === "volume" && storage.access === "ReadWriteOnce") return { type: "Recreate" };
  const rollingUpdate = {
    maxSurge: k8s.IntOrString.fromNumber(1),
    maxUnavailable: k8s.IntOrString.fromNumber(0),
  };
  return { type: "RollingUpdate", rollingUpdate };
}

function hashOf(data: Readonly<Record<string, string>>): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex");
}
