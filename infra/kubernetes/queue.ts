import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import { QUEUE_MEMORY_MB, queueKinds } from "../../service/config/queues/index.js";
import { hasOwnQueue, type Plan } from "../deployment-plan.js";
import {
  amounts,
  claimSpec,
  labelsOf,
  metadataOf,
  portOf,
  restricted,
  restrictedPod,
  selectorOf,
} from "./object-parts.js";
import { placement } from "./pod.js";

const MB = 1024 * 1024;

/** The queue beside the nodes: one broker with a volume. */
export function addQueue(scope: Construct, plan: Plan): void {
  const { queue, storage } = plan.deploy;
  if (queue === undefined || !hasOwnQueue(plan)) return;
  const name = plan.names.queue;
  const metadata = metadataOf(plan, name, "queue");
  const selector = selectorOf(plan, "queue");
  new k8s.KubeService(scope, "queue-service", {
    metadata,
    spec: { selector, ports: [{ name: "queue", protocol: "TCP", port: queue.port, targetPort: portOf("queue") }] },
  });
  const storageClass = storage.kind === "volume" ? storage.storageClass : undefined;
  new k8s.KubeStatefulSet(scope, "queue", {
    metadata,
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: selector },
      template: { metadata: { labels: labelsOf(plan, "queue") }, spec: queuePod(plan) },
      volumeClaimTemplates: [
        {
          metadata: { name: "data", labels: labelsOf(plan, "queue") },
          spec: claimSpec(queue.sizeBytes, "ReadWriteOnce", storageClass),
        },
      ],
    },
  });
}

function queuePod(plan: Plan): k8s.PodSpec {
  const queue = plan.deploy.queue!;
  const { user, group, command, health, data } = queueKinds[queue.kind].program(queue, plan.names.queue);
  const probe = (periodSeconds: number, failureThreshold: number): k8s.Probe => ({
    exec: { command: health },
    periodSeconds,
    failureThreshold,
    timeoutSeconds: 5,
  });
  const memoryBytes = QUEUE_MEMORY_MB * MB;
  return {
    ...placement(plan),
    serviceAccountName: plan.deploy.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: restrictedPod(user, group),
    containers: [
      {
        name: "queue",
        image: queue.image,
        imagePullPolicy: "IfNotPresent",
        command,
        ports: [{ name: "queue", containerPort: queue.port, protocol: "TCP" }],
        resources: {
          requests: amounts({ milliCpus: 100, memoryBytes: memoryBytes / 4 }),
          limits: amounts({ milliCpus: 1000, memoryBytes }),
        },
        securityContext: restricted,
        startupProbe: probe(2, 30),
        readinessProbe: probe(5, 2),
        livenessProbe: probe(10, 6),
        volumeMounts: [{ name: "data", mountPath: data }],
      },
    ],
  };
}
