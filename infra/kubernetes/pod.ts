import type { k8s } from "cdk8s-plus-27";
import { configPath, type Plan, USER, workFolder } from "../deployment-plan.js";
import { hostsOf } from "../node-hosts.js";
import { amounts, memory, portOf, restricted, restrictedPod, selectorOf } from "./object-parts.js";

const NAMESPACE = "POD_NAMESPACE";
const SECRETS_FOLDER = "/run/secrets/rojob";

/** Time for the last requests that proxies still send to a pod that is about to stop. */
const PRE_STOP_SECONDS = 5;

/** A pod with one node, within the restricted Pod Security Standard. */
export function podSpec(plan: Plan): k8s.PodSpec {
  return {
    ...placement(plan),
    serviceAccountName: plan.deploy.name,
    automountServiceAccountToken: false,
    // They would look like options: a service called rojob gives ROJOB_PORT.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: plan.stopGraceSeconds + PRE_STOP_SECONDS,
    securityContext: restrictedPod(USER, USER),
    topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      // If it were required, an update of as many nodes as there are machines would never end.
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: selectorOf(plan, "node") },
    })),
    containers: [container(plan)],
    volumes: [
      ...workVolumes(plan),
      { name: "tmp", emptyDir: {} },
      { name: "config", configMap: { name: plan.deploy.name } },
      ...plan.secrets.map(({ option, name }) => secretVolume(option, name)),
    ],
  };
}

/** Machines for the pods of the deployment, and secrets for pulling their images. */
export function placement({ deploy }: Plan): Pick<k8s.PodSpec, "nodeSelector" | "tolerations" | "imagePullSecrets"> {
  return {
    nodeSelector: deploy.nodeSelector,
    tolerations: deploy.tolerations,
    imagePullSecrets: deploy.pullSecret === undefined ? undefined : [{ name: deploy.pullSecret }],
  };
}

function container(plan: Plan): k8s.Container {
  const { deploy, secrets, port, options } = plan;
  const probe = (path: string, periodSeconds: number, failureThreshold: number): k8s.Probe => ({
    httpGet: { path, port: portOf("http") },
    periodSeconds,
    failureThreshold,
    timeoutSeconds: 5,
  });
  return {
    name: "node",
    image: plan.image,
    imagePullPolicy: "IfNotPresent",
    args: ["start"],
    ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
    env: [
      // Other pods cannot resolve its name.
      ...("HOST" in options ? [] : [{ name: "HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }]),
      ...hostsVariables(plan, deploy.name),
      ...secrets.map(({ option }) => secretVariable(option)),
      ...Object.entries(deploy.env).map(([name, value]) => ({ name, value })),
    ],
    resources: { requests: amounts(deploy.requests), limits: amounts(deploy.limits) },
    securityContext: restricted,
    // Three probes: has it started, may it get requests now, does it have to be restarted?
    startupProbe: probe("/healthz", 2, 30),
    readinessProbe: probe("/readyz", 5, 2),
    livenessProbe: probe("/healthz", 10, 3),
    lifecycle: { preStop: { exec: { command: ["sleep", String(PRE_STOP_SECONDS)] } } },
    volumeMounts: [
      { name: "work", mountPath: workFolder },
      { name: "tmp", mountPath: "/tmp" },
      { name: "config", mountPath: configPath, subPath: fileName(configPath), readOnly: true },
      ...secrets.map(({ option }) => secretMount(option)),
    ],
  };
}

/** HOSTS with the names of a service in its namespace, which is known only in the cluster. */
export function hostsVariables(plan: Plan, service: string): k8s.EnvVar[] {
  const named = `${service}.$(${NAMESPACE})`;
  const hosts = hostsOf(plan, [service, named, `${named}.svc`, `${named}.svc.cluster.local`]);
  if (!hosts.includes("$")) return [{ name: "HOSTS", value: hosts }];
  return [
    { name: NAMESPACE, valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    { name: "HOSTS", value: hosts },
  ];
}

/** The variable that names the file of a secret option. */
export function secretVariable(option: string): k8s.EnvVar {
  return { name: `${option}_FILE`, value: `${SECRETS_FOLDER}/${volumeOf(option)}/${option}` };
}

export function secretMount(option: string): k8s.VolumeMount {
  return { name: volumeOf(option), mountPath: `${SECRETS_FOLDER}/${volumeOf(option)}`, readOnly: true };
}

export function secretVolume(option: string, secretName: string): k8s.Volume {
  return {
    name: volumeOf(option),
    secret: { secretName, defaultMode: 0o440, items: [{ key: option, path: option }] },
  };
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function volumeOf(option: string): string {
  return option.toLowerCase();
}

/** The work folder; none when each pod claims its own. */
export function workVolumes({ deploy: { storage } }: Plan): k8s.Volume[] {
  switch (storage.kind) {
    case "host":
      return [{ name: "work", hostPath: { path: storage.path, type: "Directory" } }];
    case "volume":
      return storage.isShared ? [{ name: "work", persistentVolumeClaim: { claimName: storage.name } }] : [];
    default:
      return [{ name: "work", emptyDir: { sizeLimit: memory(storage.sizeBytes) } }];
  }
}
