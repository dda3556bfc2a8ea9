import { createHash } from "node:crypto";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import { configPath, type Plan } from "../deployment-plan.js";
import { nodeConfig } from "../node-config.js";
import { claimSpec, labelsOf, metadataOf, selectorOf } from "./object-parts.js";
import { fileName, podSpec } from "./pod.js";

/** The account of the pods in the API of the cluster: without any rights. */
export function addAccount(scope: Construct, plan: Plan): void {
  const metadata = metadataOf(plan, plan.deploy.name, "node");
  new k8s.KubeServiceAccount(scope, "account", { metadata, automountServiceAccountToken: false });
}

/** The nodes themselves: their config, volume and pods. */
export function addNodes(scope: Construct, plan: Plan): void {
  const { deploy, names } = plan;
  const metadata = metadataOf(plan, deploy.name, "node");
  const config = nodeConfig(plan, names.peers);
  new k8s.KubeConfigMap(scope, "config", { metadata, data: { [fileName(configPath)]: config } });
  addClaim(scope, plan);

  const pods = {
    // The autoscaler sets their number; a fixed one would be set again with every change.
    replicas: deploy.autoscaling === undefined ? deploy.replicas : undefined,
    revisionHistoryLimit: 5,
    minReadySeconds: 5,
    selector: { matchLabels: selectorOf(plan, "node") },
    template: {
      metadata: {
        labels: labelsOf(plan, "node"),
        // Nodes read their config at start: another config has to mean other pods.
        annotations: { "rojob/config-sha256": createHash("sha256").update(config).digest("hex") },
      },
      spec: podSpec(plan),
    },
  };
  if (hasOwnVolumes(plan))
    new k8s.KubeStatefulSet(scope, "nodes", { metadata, spec: { ...pods, ...statefulPart(plan) } });
  else new k8s.KubeDeployment(scope, "nodes", { metadata, spec: { ...pods, strategy: strategyOf(plan) } });
}

/** Has each node a volume of its own, which waits for it? */
export function hasOwnVolumes({ deploy: { storage } }: Plan): boolean {
  return storage.kind === "volume" && !storage.isShared;
}

function addClaim(scope: Construct, plan: Plan): void {
  const { storage } = plan.deploy;
  if (storage.kind !== "volume" || !storage.isShared) return;
  new k8s.KubePersistentVolumeClaim(scope, "work", {
    metadata: metadataOf(plan, storage.name, "node"),
    spec: claimSpec(storage.sizeBytes, storage.access, storage.storageClass),
  });
}

function statefulPart(plan: Plan) {
  const { storage, update } = plan.deploy;
  if (storage.kind !== "volume") throw new Error("only volumes are claimed by each pod");
  return {
    serviceName: plan.names.peers,
    podManagementPolicy: "Parallel",
    updateStrategy: { type: update.isRolling ? "RollingUpdate" : "OnDelete" },
    volumeClaimTemplates: [
      {
        metadata: { name: "work", labels: labelsOf(plan, "node") },
        spec: claimSpec(storage.sizeBytes, storage.access, storage.storageClass),
      },
    ],
  };
}

function strategyOf({ deploy: { update } }: Plan): k8s.DeploymentStrategy {
  if (!update.isRolling) return { type: "Recreate" };
  const rollingUpdate = {
    maxSurge: k8s.IntOrString.fromNumber(update.surge),
    maxUnavailable: k8s.IntOrString.fromNumber(update.unavailable),
  };
  return { type: "RollingUpdate", rollingUpdate };
}
