import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import { browserCommand, type Plan, USER, workFolder } from "../deployment-plan.js";
import { amounts, labelsOf, metadataOf, portOf, restricted, restrictedPod, selectorOf } from "./object-parts.js";
import { hostsVariables, placement, secretMount, secretVariable, secretVolume, workVolumes } from "./pod.js";

const MB = 1024 * 1024;

/** The page that shows the work folder. */
export function addBrowser(scope: Construct, plan: Plan): void {
  const { browserPort } = plan.deploy;
  if (browserPort === undefined) return;
  const metadata = metadataOf(plan, plan.names.browser, "browser");
  const selector = selectorOf(plan, "browser");
  new k8s.KubeService(scope, "browser-service", {
    metadata,
    spec: { selector, ports: [{ name: "http", protocol: "TCP", port: browserPort, targetPort: portOf("http") }] },
  });
  new k8s.KubeDeployment(scope, "browser", {
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: selector },
      template: { metadata: { labels: labelsOf(plan, "browser") }, spec: browserPod(plan, browserPort) },
    },
  });
}

function browserPod(plan: Plan, port: number): k8s.PodSpec {
  const key = plan.secrets.find(({ option }) => option === "APIKEY");
  const probe = (periodSeconds: number, failureThreshold: number): k8s.Probe => ({
    httpGet: { path: "/healthz", port: portOf("http") },
    periodSeconds,
    failureThreshold,
    timeoutSeconds: 5,
  });
  return {
    ...placement(plan),
    serviceAccountName: plan.deploy.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 10,
    securityContext: restrictedPod(USER, USER),
    affinity: besideNodes(plan),
    containers: [
      {
        name: "browser",
        image: plan.image,
        imagePullPolicy: "IfNotPresent",
        args: browserCommand(plan).start,
        ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
        env:
          key === undefined
            ? [...hostsVariables(plan, plan.names.browser), { name: "PRIVATE", value: "true" }]
            : [secretVariable(key.option)],
        resources: {
          requests: amounts({ milliCpus: 50, memoryBytes: 64 * MB }),
          limits: amounts({ milliCpus: 500, memoryBytes: 192 * MB }),
        },
        securityContext: restricted,
        startupProbe: probe(2, 30),
        readinessProbe: probe(5, 2),
        livenessProbe: probe(10, 3),
        volumeMounts: [
          { name: "work", mountPath: workFolder, readOnly: true },
          ...(key === undefined ? [] : [secretMount(key.option)]),
        ],
      },
    ],
    volumes: [...workVolumes(plan), ...(key === undefined ? [] : [secretVolume(key.option, key.name)])],
  };
}

/** A volume for one machine can only be mounted there. */
function besideNodes(plan: Plan): k8s.Affinity | undefined {
  const { storage } = plan.deploy;
  const isForOne = storage.kind === "host" || (storage.kind === "volume" && storage.access === "ReadWriteOnce");
  if (!isForOne) return undefined;
  const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: selectorOf(plan, "node") } };
  return { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}
