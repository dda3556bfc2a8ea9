import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import { type Target, targets } from "../../infra/deploy-target.js";
import { deployNames } from "../../service/config/deploy/deploy-options.js";
import { exampleConfigFile } from "../../service/config/generated/example.js";
import { loadConfig } from "../../service/config/index.js";
import { documentOf, fileOf, objectOf, podOf, problemsOf, project, synth } from "./project.js";

/** For each entry a deployment that gives it, and the one without it. */
const samples: Record<string, { entry: string; with?: string; config?: string }> = {
  name: { entry: "name: other" },
  image: { entry: "image: registry.example.org:5000/team/rojob" },
  tag: { entry: "tag: '9.9'" },
  pullSecret: { entry: "pullSecret: registry" },
  replicas: { entry: "replicas: 7" },
  "autoscaling.max": { entry: "autoscaling: { max: 9 }" },
  "autoscaling.min": { entry: "autoscaling: { min: 2, max: 9 }", with: "autoscaling: { max: 9 }" },
  "autoscaling.cpu": { entry: "autoscaling: { max: 9, cpu: 50 }", with: "autoscaling: { max: 9 }" },
  "autoscaling.backlog": { entry: "autoscaling: { max: 9, backlog: 5 }", with: "autoscaling: { max: 9 }" },
  "disruption.budget": { entry: "disruption: { budget: false }" },
  "disruption.unavailable": { entry: "disruption: { unavailable: 2 }" },
  "update.strategy": { entry: "update: { strategy: recreate }" },
  "update.surge": { entry: "update: { surge: 2 }" },
  "update.unavailable": { entry: "update: { surge: 0, unavailable: 2 }", with: "update: { surge: 0, unavailable: 1 }" },
  "publish.type": { entry: "publish: { type: clusterip }" },
  "publish.port": { entry: "publish: { port: 80 }" },
  "publish.host": {
    entry: "publish: { type: ingress, host: a.example }",
    with: "publish: { type: ingress, host: b.example }",
  },
  "publish.tlsSecret": {
    entry: "publish: { type: ingress, host: b.example, tlsSecret: tls }",
    with: "publish: { type: ingress, host: b.example }",
  },
  "publish.ingressClass": {
    entry: "publish: { type: ingress, host: b.example, ingressClass: nginx }",
    with: "publish: { type: ingress, host: b.example }",
  },
  "publish.annotations": { entry: "publish: { annotations: { a: b } }" },
  "balancer.enabled": { entry: "balancer: { enabled: false }" },
  "balancer.image": { entry: "balancer: { image: 'haproxy:3.0' }" },
  "resources.requests.cpu": { entry: "resources: { requests: { cpu: 1 } }" },
  "resources.requests.memory": { entry: "resources: { requests: { memory: 1GB } }" },
  "resources.limits.cpu": { entry: "resources: { limits: { cpu: 3.5 } }" },
  "resources.limits.memory": { entry: "resources: { limits: { memory: 9GB } }" },
  "storage.kind": { entry: "storage: { kind: host, path: /srv }" },
  "storage.shared": { entry: "storage: { kind: volume, shared: false }", with: volume() },
  "storage.name": { entry: volume("name: other"), with: volume() },
  "storage.size": { entry: volume("size: 9GB"), with: volume() },
  "storage.class": { entry: volume("class: fast"), with: volume() },
  "storage.access": { entry: volume(), with: "storage: { kind: volume, shared: false }" },
  "storage.driver": { entry: volume("driver: nfs"), with: volume() },
  "storage.driverOptions": { entry: volume("driverOptions: { type: nfs }"), with: volume() },
  "storage.path": { entry: "storage: { kind: host, path: /a }", with: "storage: { kind: host, path: /b }" },
  "secrets.embed": {
    entry: "secrets: { embed: true, APIKEY: { name: there } }",
    with: "secrets: { APIKEY: { name: there } }",
  },
  "secrets.APIKEY.name": { entry: "secrets: { APIKEY: { name: there } }" },
  "secrets.APIKEY.file": { entry: "secrets: { APIKEY: { file: key } }" },
  "secrets.APIKEY.generate": {
    entry: "secrets: { APIKEY: { generate: true } }",
    with: "secrets: { APIKEY: { file: key } }",
  },
  "secrets.CLUSTERKEY.name": { entry: "secrets: { CLUSTERKEY: { name: there } }", config: "PRIVATE: true\n" },
  "secrets.CLUSTERKEY.file": { entry: "secrets: { CLUSTERKEY: { file: key } }", config: "PRIVATE: true\n" },
  "secrets.CLUSTERKEY.generate": {
    entry: "secrets: { CLUSTERKEY: { generate: true } }",
    with: "secrets: { CLUSTERKEY: { file: key } }",
    config: "PRIVATE: true\n",
  },
  "secrets.QUEUECH.name": { entry: "secrets: { QUEUECH: { name: there } }" },
  "secrets.QUEUECH.file": { entry: "secrets: { QUEUECH: { file: queue } }" },
  "queue.kind": { entry: "queue: { kind: redis }" },
  "queue.host": { entry: "queue: { kind: redis, host: broker }", with: "queue: { kind: redis }" },
  "queue.port": { entry: "queue: { kind: redis, port: 7000 }", with: "queue: { kind: redis }" },
  "queue.image": { entry: "queue: { kind: redis, image: 'redis:7.2.5' }", with: "queue: { kind: redis }" },
  "queue.size": { entry: "queue: { kind: redis, size: 9GB }", with: "queue: { kind: redis }" },
  "browser.enabled": { entry: `${volume()}, browser: { enabled: true }`, with: volume() },
  "browser.port": {
    entry: `${volume()}, browser: { enabled: true, port: 9999 }`,
    with: `${volume()}, browser: { enabled: true }`,
  },
  "monitoring.serviceMonitor": { entry: "monitoring: { serviceMonitor: true }" },
  "monitoring.interval": {
    entry: "monitoring: { serviceMonitor: true, interval: 5 }",
    with: "monitoring: { serviceMonitor: true }",
  },
  "network.policy": { entry: "network: { policy: false }" },
  "network.egress": { entry: "network: { egress: closed }" },
  env: { entry: "env: { TZ: UTC }" },
  labels: { entry: "labels: { team: web }" },
  nodeSelector: { entry: "nodeSelector: { disk: ssd }" },
  tolerations: { entry: "tolerations: [{ operator: Exists }]" },
  "patches.kubernetes": { entry: "patches: { kubernetes: [{ kind: ConfigMap, patch: { immutable: true } }] }" },
  "patches.swarm": { entry: "patches: { swarm: { x-a: b } }" },
  "patches.compose": { entry: "patches: { compose: { x-a: b } }" },
};

function volume(more = ""): string {
  return `storage: { kind: volume, access: readwritemany${more === "" ? "" : `, ${more}`} }`;
}

test("every entry of the deployment has a sample here", () => {
  expect(Object.keys(samples).sort()).toEqual([...deployNames].sort());
});

test.each(Object.entries(samples))("%s changes each target, or a warning names it and the target", (name, sample) => {
  const { config = "" } = sample;
  const changed = synth(`${config}deploy: { ${sample.entry} }\n`);
  const base = synth(`${config}deploy: { ${sample.with ?? ""} }\n`);
  const ofOthers = targets.filter((target) => name.startsWith("patches.") && !name.endsWith(target));
  const filesOf = (synthesis: typeof base, target: Target) =>
    synthesis.files.filter(({ path }) => path.startsWith(target));
  for (const target of targets) {
    const isChanged = JSON.stringify(filesOf(changed, target)) !== JSON.stringify(filesOf(base, target));
    const isTold = changed.warnings.some(
      (line) => line.startsWith(`deploy.${name}: `) && line.includes(`cannot be expressed by ${target}`),
    );
    const isLeftOut = ofOthers.includes(target) || name === "secrets.embed";
    expect(isChanged || isTold || isLeftOut, target).toBe(true);
  }
});

describe("one entry changes all three targets alike", () => {
  test("replicas, PORT and the published port", () => {
    const synthesis = synth("PORT: 9000\ndeploy:\n  replicas: 3\n  publish: { port: 80 }\n", ["deploy.replicas=5"]);
    const [swarm, compose] = [documentOf(synthesis, "swarm"), documentOf(synthesis, "compose")];
    expect(swarm.services.rojob.deploy.replicas).toBe(5);
    expect(compose.services.rojob.deploy.replicas).toBe(5);
    expect(objectOf(synthesis, "Deployment").spec.replicas).toBe(5);
    expect(swarm.services.rojob.ports).toMatchObject([{ target: 9000, published: 80, mode: "ingress" }]);
    expect(compose.services["rojob-balancer"].ports).toEqual(["80:9000"]);
    expect(fileOf(synthesis, "compose/haproxy.cfg")).toContain("rojob:9000 resolvers docker");
    expect(objectOf(synthesis, "Service", "rojob").spec).toMatchObject({ ports: [{ port: 80, targetPort: "http" }] });
    expect(objectOf(synthesis, "Service", "rojob-peers").spec.ports).toMatchObject([{ port: 9000 }]);
    expect(podOf(synthesis).containers[0].ports).toMatchObject([{ name: "http", containerPort: 9000 }]);
  });

  test("a volume", () => {
    const storage = "{ kind: volume, name: shared, size: 20GB, class: fast, access: readwritemany, driver: nfs }";
    const synthesis = synth(`deploy: { storage: ${storage} }\n`);
    for (const target of ["swarm", "compose"] as const) {
      const document = documentOf(synthesis, target);
      expect(document.volumes).toEqual({ shared: { driver: "nfs" } });
      expect(document.services.rojob.volumes[0]).toEqual({ type: "volume", source: "shared", target: "/rojob/work" });
    }
    const claim = objectOf(synthesis, "PersistentVolumeClaim", "shared");
    expect(claim.spec).toEqual({
      accessModes: ["ReadWriteMany"],
      storageClassName: "fast",
      resources: { requests: { storage: "20Gi" } },
    });
    expect(podOf(synthesis).volumes[0]).toEqual({ name: "work", persistentVolumeClaim: { claimName: "shared" } });
    expect(synthesis.warnings.filter((line) => line.includes("storage.class"))).toEqual([
      "deploy.storage.class: fast cannot be expressed by swarm: its volumes use storage.driver",
      "deploy.storage.class: fast cannot be expressed by compose: its volumes use storage.driver",
    ]);
  });

  test("a volume a node", () => {
    const synthesis = synth("deploy: { storage: { kind: volume, shared: false, size: 2GB } }\n");
    const { spec } = objectOf(synthesis, "StatefulSet");
    expect(spec).toMatchObject({ serviceName: "rojob-peers", podManagementPolicy: "Parallel" });
    expect(spec.volumeClaimTemplates[0]).toMatchObject({
      metadata: { name: "work" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } },
    });
    expect(objectOf(synthesis, "Deployment")).toBeUndefined();
    expect(objectOf(synthesis, "PersistentVolumeClaim")).toBeUndefined();
    expect(documentOf(synthesis, "swarm").volumes).toEqual({ "rojob-work": { name: "rojob-work-{{.Task.Slot}}" } });
    expect(documentOf(synthesis, "compose").services.rojob.volumes[0]).toEqual({
      type: "volume",
      target: "/rojob/work",
    });
    expect(synthesis.warnings.join()).toContain("deploy.storage.shared: false cannot be expressed by compose");
  });

  test("a folder of the machine", () => {
    const synthesis = synth("deploy: { storage: { kind: host, path: /srv/rojob } }\n");
    for (const target of ["swarm", "compose"] as const) {
      const [work] = documentOf(synthesis, target).services.rojob.volumes;
      expect(work).toEqual({ type: "bind", source: "/srv/rojob", target: "/rojob/work" });
    }
    expect(podOf(synthesis).volumes[0].hostPath).toEqual({ path: "/srv/rojob", type: "Directory" });
  });

  test("resources, and as many workers as CPUs", () => {
    const synthesis = synth("deploy: { resources: { limits: { cpu: 1.5, memory: 3GB } } }\n");
    expect(podOf(synthesis).containers[0].resources).toEqual({
      requests: { cpu: "250m", memory: "256Mi" },
      limits: { cpu: "1500m", memory: "3Gi" },
    });
    for (const target of ["swarm", "compose"] as const) {
      const { limits } = documentOf(synthesis, target).services.rojob.deploy.resources;
      expect(limits).toEqual({ cpus: "1.5", memory: "3145728k" });
    }
  });

  test("memory follows WORKERS, MAXFORKS and JOBMEMORY", () => {
    const limit = (config: string) => podOf(synth(config)).containers[0].resources.limits.memory;
    expect(limit("WORKERS: 2\nMAXFORKS: 0\nJOBMEMORY: 512\n")).toBe("1280Mi");
    expect(limit("WORKERS: 4\nMAXFORKS: 4\nJOBMEMORY: 960\n")).toBe("8320Mi");
    expect(limit("WORKERS: 4\nFORK: false\nJOBMEMORY: 960\n")).toBe("4224Mi");
    expect(limit("WORKERS: 4\nJOBMEMORY: 960\ndeploy: { queue: { kind: redis } }\n")).toBe("4224Mi");
  });

  test("containers are stopped only after the grace of running jobs", () => {
    const synthesis = synth("KILLGRACE: 60000\n");
    expect(podOf(synthesis).terminationGracePeriodSeconds).toBe(75);
    for (const target of ["swarm", "compose"] as const) {
      expect(documentOf(synthesis, target).services.rojob.stop_grace_period).toBe("70s");
    }
  });

  test("further variables and labels", () => {
    const synthesis = synth("deploy: { env: { TZ: Europe/Lisbon, A: '1' }, labels: { team: web } }\n", [
      "deploy.labels.example.org/of=me",
      "deploy.env.TZ=UTC",
    ]);
    const labels = { team: "web", "example.org/of": "me" };
    for (const target of ["swarm", "compose"] as const) {
      const { rojob } = documentOf(synthesis, target).services;
      expect(rojob.environment).toMatchObject({ TZ: "UTC", A: "1" });
      expect(rojob.labels).toEqual(labels);
    }
    expect(podOf(synthesis).containers[0].env).toContainEqual({ name: "TZ", value: "UTC" });
    expect(objectOf(synthesis, "Deployment").spec.template.metadata.labels).toMatchObject(labels);
    expect(objectOf(synthesis, "NetworkPolicy").metadata.labels).toMatchObject(labels);
  });

  test("the machines nodes may run on", () => {
    const synthesis = synth("deploy: { nodeSelector: { kubernetes.io/arch: arm64, disk: ssd } }\n");
    expect(podOf(synthesis).nodeSelector).toEqual({ "kubernetes.io/arch": "arm64", disk: "ssd" });
    expect(documentOf(synthesis, "swarm").services.rojob.deploy.placement.constraints).toEqual([
      "node.platform.arch == aarch64",
      "node.labels.disk == ssd",
    ]);
  });
});

test("a $ or {{ in a variable is the node's own where the target would read something else", () => {
  const synthesis = synth('deploy: { env: { TEXT: "a$HOME{{.Node}}" } }\n');
  expect(documentOf(synthesis, "compose").services.rojob.environment.TEXT).toBe("a$$HOME{{.Node}}");
  expect(documentOf(synthesis, "swarm").services.rojob.environment.TEXT).toBe('a$$HOME{{"{{"}}.Node}}');
  expect(podOf(synthesis).containers[0].env).toContainEqual({ name: "TEXT", value: "a$HOME{{.Node}}" });
});

describe("patches have the last word", () => {
  test("a map is merged, a list of operations applied", () => {
    const synthesis = synth(`
deploy:
  patches:
    kubernetes:
    - { kind: Deployment, patch: { spec: { progressDeadlineSeconds: 60, minReadySeconds: null } } }
    - { kind: Service, name: rojob, patch: [{ op: replace, path: /spec/ports/0/port, value: 81 }, { op: remove, path: /spec/type }] }
    swarm: { services: { rojob: { deploy: { replicas: 9 }, healthcheck: null } } }
    compose: [{ op: add, path: /services/rojob/cap_drop/-, value: NET_RAW }]
`);
    expect(objectOf(synthesis, "Deployment").spec).toMatchObject({ progressDeadlineSeconds: 60, replicas: 3 });
    expect(objectOf(synthesis, "Deployment").spec).not.toHaveProperty("minReadySeconds");
    expect(objectOf(synthesis, "Service", "rojob").spec.ports[0].port).toBe(81);
    expect(objectOf(synthesis, "Service", "rojob").spec).not.toHaveProperty("type");
    const { rojob } = documentOf(synthesis, "swarm").services;
    expect(rojob.deploy.replicas).toBe(9);
    expect(rojob).not.toHaveProperty("healthcheck");
    expect(documentOf(synthesis, "compose").services.rojob.cap_drop).toEqual(["ALL", "NET_RAW"]);
  });

  test("on the command line they are YAML", () => {
    const synthesis = synth("", ["deploy.patches.swarm={services: {rojob: {init: true}}}"]);
    expect(documentOf(synthesis, "swarm").services.rojob.init).toBe(true);
  });
});

test("a node reads past the deployment section", () => {
  const cwd = project("PORT: 9000\ndeploy: { replicas: 2 }\n");
  expect(loadConfig({ argv: [], env: {}, cwd }).config.PORT).toBe(9000);
});

test("the example's deployment section, uncommented, has only known keys and changes nothing", () => {
  const lines = exampleConfigFile().split("\n");
  const section = lines.slice(lines.indexOf("#deploy:")).map((line) => line.replace(/^#/, ""));
  const end = section.findIndex((line, index) => index > 0 && /^\S/.test(line) && !line.startsWith("#"));
  const text = section
    .slice(0, end < 0 ? undefined : end)
    .filter((line) => !/^ +\w+: <|^ *# /.test(line))
    .join("\n");
  const { deploy } = yaml.load(text) as any;
  expect(Object.keys(deploy)).toEqual(expect.arrayContaining(["name", "replicas", "publish", "storage", "queue"]));
  // Entries of things that are not asked for are refused on their own; the others are taken as they stand.
  const dependent = ["storage", "queue", "browser", "monitoring"];
  for (const key of dependent) delete deploy[key];
  expect(problemsOf(yaml.dump({ deploy }))).toEqual([]);
});
