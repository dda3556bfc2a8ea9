import { describe, expect, test } from "vitest";
import { amount } from "./linter.js";
import { documents, objectOf, podOf, synth, textOf } from "./project.js";
import { variants } from "./variants.js";

const component = (name: string) => ({
  "app.kubernetes.io/name": "rojob",
  "app.kubernetes.io/instance": "rojob",
  "app.kubernetes.io/component": name,
});

const pods = (config: string) =>
  documents(synth(config), "kubernetes")
    .map(({ spec }) => spec?.template?.spec)
    .filter((pod) => pod !== undefined);

test("nodes find each other by a headless service that knows them before they are ready", () => {
  const synthesis = synth();
  expect(objectOf(synthesis, "Service", "rojob-peers").spec).toMatchObject({
    clusterIP: "None",
    publishNotReadyAddresses: true,
    selector: component("node"),
  });
  expect(objectOf(synthesis, "ConfigMap").data["rojob.config.yaml"]).toContain("CDISC: dns:rojob-peers:8787\n");
  expect(podOf(synthesis).containers[0].env).toContainEqual({
    name: "HOST",
    valueFrom: { fieldRef: { fieldPath: "status.podIP" } },
  });
});

test("clients find them by a load balancer at 8787", () => {
  const { spec } = objectOf(synth(), "Service", "rojob");
  expect(spec).toEqual({
    type: "LoadBalancer",
    selector: component("node"),
    ports: [{ name: "http", protocol: "TCP", port: 8787, targetPort: "http" }],
  });
});

test("an ingress has its host, class and certificate; the service behind it is not published", () => {
  const synthesis = synth(variants["an ingress"]);
  const { spec, metadata } = objectOf(synthesis, "Ingress");
  expect(metadata.annotations).toEqual({ a: "b" });
  expect(spec).toMatchObject({
    ingressClassName: "nginx",
    tls: [{ hosts: ["jobs.example.org"], secretName: "jobs-tls" }],
    rules: [{ host: "jobs.example.org", http: { paths: [{ path: "/", pathType: "Prefix" }] } }],
  });
  expect(objectOf(synthesis, "Service", "rojob").spec.type).toBe("ClusterIP");
});

describe("every pod", () => {
  test.each(Object.entries(variants))("%s: takes what the restricted Pod Security Standard allows", (_name, config) => {
    for (const pod of pods(config)) {
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
      expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
      for (const key of ["hostNetwork", "hostPID", "hostIPC"]) expect(pod).not.toHaveProperty(key);
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
      }
    }
  });

  test.each(Object.entries(variants))("%s: has no token of the API, and says what it needs", (_name, config) => {
    for (const pod of pods(config)) {
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.serviceAccountName).toBe("rojob");
      expect(pod.enableServiceLinks).toBe(false);
      for (const { resources } of pod.containers) {
        for (const resource of ["cpu", "memory"]) {
          expect(amount(resources.requests[resource])).toBeLessThanOrEqual(amount(resources.limits[resource]));
        }
      }
    }
  });
});

test("three probes ask three questions: is it up, does it take runs, does it live", () => {
  const [{ startupProbe, readinessProbe, livenessProbe }] = podOf(synth()).containers;
  expect([startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
    "/healthz",
    "/readyz",
    "/healthz",
  ]);
  const patience = [startupProbe, readinessProbe, livenessProbe].map((one) => one.periodSeconds * one.failureThreshold);
  expect(new Set(patience).size).toBe(3);
  expect(patience).toEqual([60, 10, 30]);
});

test("a pod that is to go serves on while proxies learn of it, then has the time its jobs are given", () => {
  const pod = podOf(synth("KILLGRACE: 30000\n"));
  const [, seconds] = pod.containers[0].lifecycle.preStop.exec.command;
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(30 + Number(seconds));
});

test("what pods need is applied before them", () => {
  const kinds = documents(synth(variants["a shared volume, redis and the browser"]), "kubernetes").map(
    ({ kind }) => kind,
  );
  const firstPods = kinds.findIndex((kind) => kind === "StatefulSet" || kind === "Deployment");
  for (const kind of ["ServiceAccount", "NetworkPolicy", "Service"])
    expect(kinds.indexOf(kind)).toBeLessThan(firstPods);
});

test("an update takes no node away before another is ready", () => {
  const { spec } = objectOf(synth(), "Deployment");
  expect(spec.strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  expect(spec.minReadySeconds).toBeGreaterThan(0);
});

test("a volume for one machine is let go of before the next pod takes it", () => {
  const one = synth("deploy: { replicas: 1, storage: { kind: volume } }\n");
  expect(objectOf(one, "Deployment").spec.strategy).toEqual({ type: "Recreate" });
});

test("nodes are spread over machines and zones, where that can be had", () => {
  expect(podOf(synth()).topologySpreadConstraints).toEqual(
    ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: component("node") },
    })),
  );
});

test("a budget keeps nodes when machines are emptied", () => {
  expect(objectOf(synth(), "PodDisruptionBudget").spec).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: component("node") },
  });
  expect(objectOf(synth("deploy: { disruption: { budget: false } }\n"), "PodDisruptionBudget")).toBeUndefined();
});

test("the autoscaler sets the number of nodes, which nothing else does then", () => {
  const synthesis = synth("deploy: { autoscaling: { min: 2, max: 8, cpu: 60, backlog: 10 } }\n");
  const { spec } = objectOf(synthesis, "HorizontalPodAutoscaler");
  expect(spec).toMatchObject({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "rojob" },
    minReplicas: 2,
    maxReplicas: 8,
    metrics: [
      { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
      { type: "Pods", pods: { metric: { name: "rojob_backlog_runs" }, target: { averageValue: "10" } } },
    ],
  });
  expect(objectOf(synthesis, "Deployment").spec).not.toHaveProperty("replicas");
});

describe("the network policy", () => {
  const policyOf = (config: string, name = "rojob") => objectOf(synth(config), "NetworkPolicy", name).spec;
  const nodes = { podSelector: { matchLabels: component("node") } };
  const port = (number: number, protocol = "TCP") => ({ protocol, port: number });

  test("lets peers and clients to the nodes, and nodes to peers and names", () => {
    const { ingress, egress, policyTypes, podSelector } = policyOf("");
    expect(podSelector).toEqual({ matchLabels: component("node") });
    expect(policyTypes).toEqual(["Ingress", "Egress"]);
    expect(ingress).toEqual([{ from: [nodes], ports: [port(8787)] }, { ports: [port(8787)] }]);
    expect(egress.slice(0, 2)).toEqual([{ to: [nodes], ports: [port(8787)] }, { ports: [port(53, "UDP"), port(53)] }]);
  });

  test("lets jobs out, but not to where clouds hand out credentials", () => {
    const blocks = policyOf("")
      .egress.at(-1)
      .to.map(({ ipBlock }: any) => ipBlock);
    expect(blocks).toEqual([
      { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] },
      { cidr: "::/0", except: ["fd00:ec2::254/128"] },
    ]);
    const closed = policyOf("deploy: { network: { egress: closed } }\n");
    expect(closed.egress).toHaveLength(2);
  });

  test("lets only pods of the cluster in when the service is not published", () => {
    const { ingress } = policyOf("deploy: { publish: { type: clusterip } }\n");
    expect(ingress[1].from).toEqual([{ namespaceSelector: {} }]);
  });

  test("lets nodes, and nobody else, to the queue", () => {
    const config = "deploy: { queue: { kind: redis }, network: { egress: closed } }\n";
    expect(policyOf(config).egress[2]).toEqual({
      to: [{ podSelector: { matchLabels: component("queue") } }],
      ports: [port(6379)],
    });
    const inner = policyOf(config, "rojob-queue");
    expect(inner.ingress).toEqual([{ from: [nodes], ports: [port(6379)] }]);
    expect(inner.egress).toEqual([]);
    expect(policyOf(variants["an ingress"]!).egress[2]).toEqual({ ports: [port(6380)] });
  });
});

test("Redis keeps what it has accepted, etcd too; both on a claim of their own", () => {
  for (const [kind, command] of [
    ["redis", /^redis-server --port 6379 --dir \/data --appendonly yes --appendfsync always/],
    ["etcd", /^\/usr\/local\/bin\/etcd --data-dir \/data\/etcd/],
  ] as const) {
    const { spec } = objectOf(synth(`deploy: { queue: { kind: ${kind}, size: 2GB } }\n`), "StatefulSet", "rojob-queue");
    const [container] = spec.template.spec.containers;
    expect(container.command.join(" ")).toMatch(command);
    expect(container.image).toMatch(/:v?\d+\.\d+\.\d+/);
    expect(container.volumeMounts).toEqual([{ name: "data", mountPath: "/data" }]);
    expect(spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe("2Gi");
    expect(spec.replicas).toBe(1);
  }
});

test("the browser sees the work folder and can change nothing", () => {
  const synthesis = synth("deploy: { replicas: 1, storage: { kind: volume }, browser: { enabled: true } }\n");
  const pod = objectOf(synthesis, "Deployment", "rojob-browser").spec.template.spec;
  expect(pod.containers[0].args).toEqual(["browse", "PORT=8788"]);
  expect(pod.containers[0].volumeMounts[0]).toEqual({ name: "work", mountPath: "/rojob/work", readOnly: true });
  expect(pod.containers[0].env).toEqual([{ name: "APIKEY_FILE", value: "/run/secrets/rojob/apikey/APIKEY" }]);
  // A volume for one machine is only to be seen from there.
  expect(pod.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector).toEqual({
    matchLabels: component("node"),
  });
  expect(objectOf(synthesis, "Service", "rojob-browser").spec.type ?? "ClusterIP").toBe("ClusterIP");
});

test("Prometheus asks each node once, with the key", () => {
  const synthesis = synth("deploy: { monitoring: { serviceMonitor: true, interval: 15 } }\n");
  const { spec } = objectOf(synthesis, "ServiceMonitor");
  expect(spec.endpoints).toEqual([
    {
      port: "http",
      path: "/metrics",
      interval: "15s",
      authorization: { credentials: { name: "rojob-apikey", key: "APIKEY" } },
    },
  ]);
  const matching = documents(synthesis, "kubernetes").filter(
    ({ kind, metadata }) =>
      kind === "Service" &&
      Object.entries(spec.selector.matchLabels).every(([key, value]) => metadata.labels[key] === value),
  );
  expect(matching.map(({ metadata }) => metadata.name)).toEqual(["rojob"]);
});

test("other options mean other pods, another number of pods does not", () => {
  const hash = (config: string) =>
    objectOf(synth(config), "Deployment").spec.template.metadata.annotations["rojob/config-sha256"];
  expect(hash("BACKLOG: 5\n")).not.toBe(hash(""));
  expect(hash("deploy: { replicas: 7 }\n")).toBe(hash(""));
});

test("label values that look like something else stay texts", () => {
  expect(textOf(synth("deploy: { labels: { answer: 'y' } }\n"), "kubernetes")).toContain("answer: 'y'");
});
