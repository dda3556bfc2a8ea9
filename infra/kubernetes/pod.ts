import { k8s } from "cdk8s-plus-27";
import type { Resources } from "../../service/config/deploy/index.js";
import { type Plan, USER } from "../plan.js";
import { cpu, memory, selectorOf } from "./values.js";

const SECRETS_FOLDER = "/run/secrets/rojob";

/** Time for the last requests that proxies still send to a pod that is about to stop. */
const PRE_STOP_SECONDS = 5;

/** A pod with one node; takes what the restricted Pod Security Standard allows. */
export function podSpec(plan: Plan): k8s.PodSpec {
  const { secrets } = plan;
  return {
    automountServiceAccountToken: false,
    // They would look like options: a service called rojob gives ROJOB_PORT.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: plan.stopGraceSeconds + PRE_STOP_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: selectorOf(plan) },
      },
    ],
    containers: [container(plan)],
    volumes: [
      { name: "work", ...workVolume(plan) },
      { name: "tmp", emptyDir: {} },
      ...secrets.map(({ option, name }) => ({
        name: volumeOf(option),
        secret: { secretName: name, defaultMode: 0o440, items: [{ key: option, path: option }] },
      })),
    ],
  };
}

function container(plan: Plan): k8s.Container {
  const { deploy, secrets, port, variables } = plan;
  const probe = (path: string, periodSeconds: number, failureThreshold: number): k8s.Probe => ({
    httpGet: { path, port: k8s.IntOrString.fromString("http") },
    periodSeconds,
    failureThreshold,
    timeoutSeconds: 5,
  });
  return {
    name: "node",
    image: plan.image,
    imagePullPolicy: "IfNotPresent",
    ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
    envFrom: [{ configMapRef: { name: deploy.name } }],
    env: [
      // Its name is nothing other pods can look up.
      ...("HOST" in variables ? [] : [{ name: "HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }]),
      ...secrets.map(({ option }) => ({
        name: `${option}_FILE`,
        value: `${SECRETS_FOLDER}/${volumeOf(option)}/${option}`,
      })),
    ],
    resources: { requests: amounts(deploy.requests), limits: amounts(deploy.limits) },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    startupProbe: probe("/healthz", 2, 30),
    readinessProbe: probe("/readyz", 5, 2),
    livenessProbe: probe("/healthz", 10, 3),
    lifecycle: { preStop: { exec: { command: ["sleep", String(PRE_STOP_SECONDS)] } } },
    volumeMounts: [
      { name: "work", mountPath: plan.workFolder },
      { name: "tmp", mountPath: "/tmp" },
      ...secrets.map(({ option }) => ({
        name: volumeOf(option),
        mountPath: `${SECRETS_FOLDER}/${volumeOf(option)}`,
        readOnly: true,
      })),
    ],
  };
}

function volumeOf(option: string): string {
  return option.toLowerCase();
}

function amounts({ milliCpus, memoryBytes }: Resources): Record<string, k8s.Quantity> {
  return { cpu: cpu(milliCpus), memory: memory(memoryBytes) };
}

function workVolume({ deploy: { storage } }: Plan): Omit<k8s.Volume, "name"> {
  switch (storage.kind) {
    case "host":
      return { hostPath: { path: storage.path, type: "Directory" } };
    case "volume":
      return { persistentVolumeClaim: { claimName: storage.name } };
    default:
      return { emptyDir: { sizeLimit: memory(storage.sizeBytes) } };
  }
}
