import { readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import { exampleConfigFile } from "../../service/config/generated/example.js";
import { loadConfig } from "../../service/config/index.js";
import { documents, podOf, problemsOf, project, synth } from "./project.js";

const deploymentOf = (synthesis: ReturnType<typeof synth>) =>
  documents(synthesis, "kubernetes").find(({ kind }) => kind === "Deployment");

describe("one entry changes all three targets", () => {
  test("replicas and port", () => {
    const synthesis = synth("PORT: 9000\ndeploy:\n  replicas: 3\n  port: 80\n", ["deploy.replicas=5"]);
    const [stack] = documents(synthesis, "swarm");
    const [compose] = documents(synthesis, "compose");
    const service = documents(synthesis, "kubernetes").find(({ kind }) => kind === "Service");
    expect(stack.services.rojob.deploy.replicas).toBe(5);
    expect(stack.services.rojob.ports).toMatchObject([{ target: 9000, published: 80 }]);
    expect(compose.services.rojob.deploy.replicas).toBe(5);
    expect(compose.services.rojob.ports).toEqual(["80-84:9000"]);
    expect(deploymentOf(synthesis).spec.replicas).toBe(5);
    expect(service.spec).toMatchObject({ type: "LoadBalancer", ports: [{ port: 80, targetPort: "http" }] });
    expect(podOf(synthesis).containers[0].ports).toMatchObject([{ name: "http", containerPort: 9000 }]);
    for (const health of [stack, compose].map(({ services }) => services.rojob.healthcheck.test.at(-1))) {
      expect(health).toContain("127.0.0.1:9000/healthz");
    }
  });

  test("a service for its neighbours only publishes nothing", () => {
    const synthesis = synth("deploy: { service: clusterip }\n");
    expect(documents(synthesis, "swarm")[0].services.rojob).not.toHaveProperty("ports");
    expect(documents(synthesis, "compose")[0].services.rojob).not.toHaveProperty("ports");
    const service = documents(synthesis, "kubernetes").find(({ kind }) => kind === "Service");
    expect(service.spec.type).toBe("ClusterIP");
  });

  test("a volume", () => {
    const storage = "{ kind: volume, name: shared, size: 20GB, class: fast, access: readwritemany }";
    const synthesis = synth(`deploy: { storage: ${storage} }\n`);
    for (const target of ["swarm", "compose"] as const) {
      const [document] = documents(synthesis, target);
      expect(document.volumes).toEqual({ shared: {} });
      expect(document.services.rojob.volumes[0]).toEqual({ type: "volume", source: "shared", target: "/rojob/work" });
    }
    const claim = documents(synthesis, "kubernetes").find(({ kind }) => kind === "PersistentVolumeClaim");
    expect(claim.metadata.name).toBe("shared");
    expect(claim.spec).toEqual({
      accessModes: ["ReadWriteMany"],
      storageClassName: "fast",
      resources: { requests: { storage: "20Gi" } },
    });
    expect(podOf(synthesis).volumes[0]).toEqual({ name: "work", persistentVolumeClaim: { claimName: "shared" } });
    expect(synthesis.warnings).toEqual([
      "deploy.storage.class: fast has no meaning for swarm",
      "deploy.storage.class: fast has no meaning for compose",
    ]);
  });

  test("a folder of the machine", () => {
    const synthesis = synth("deploy: { storage: { kind: host, path: /srv/rojob } }\n");
    for (const target of ["swarm", "compose"] as const) {
      const [volume] = documents(synthesis, target)[0].services.rojob.volumes;
      expect(volume).toEqual({ type: "bind", source: "/srv/rojob", target: "/rojob/work" });
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
      const { limits } = documents(synthesis, target)[0].services.rojob.deploy.resources;
      expect(limits).toEqual({ cpus: "1.5", memory: "3145728k" });
    }
  });
});

test("a volume for one machine is let go of before the next pod takes it", () => {
  const synthesis = synth("deploy: { replicas: 1, storage: { kind: volume } }\n");
  expect(deploymentOf(synthesis).spec.strategy).toEqual({ type: "Recreate" });
  expect(deploymentOf(synth()).spec.strategy.type).toBe("RollingUpdate");
});

test("other options mean other pods", () => {
  const hash = (config: string) =>
    deploymentOf(synth(config)).spec.template.metadata.annotations["rojob/options-sha256"];
  expect(hash("BACKLOG: 5\n")).not.toBe(hash(""));
  expect(hash("deploy: { replicas: 7 }\n")).toBe(hash(""));
});

test("containers are stopped only after the grace of running jobs", () => {
  const synthesis = synth("KILLGRACE: 60000\n");
  expect(podOf(synthesis).terminationGracePeriodSeconds).toBe(70);
  for (const target of ["swarm", "compose"] as const) {
    expect(documents(synthesis, target)[0].services.rojob.stop_grace_period).toBe("65s");
  }
});

test.each([
  [
    "replicsa: 3",
    ["deploy.replicsa: unknown key (rojob.config.yaml:1); did you mean replicas? deploy takes name, image,"],
  ],
  ["autoscaling: { min: 2 }", ["deploy.autoscaling: unknown key (rojob.config.yaml:1); deploy takes name, image,"]],
  [
    "storage: { clas: x }",
    [
      "deploy.storage.clas: unknown key (rojob.config.yaml:1); did you mean class? deploy.storage takes kind, name, size",
    ],
  ],
  ["secrets: { NOKEY: { file: x } }", ["deploy.secrets.NOKEY: unknown key"]],
  ["replicas: { min: 1 }", ["deploy.replicas: a map (rojob.config.yaml:1) must be one value"]],
  ["resources: 5", ["deploy.resources: must be a map of requests, limits (rojob.config.yaml:1)"]],
  ["replicas: 0", ['deploy.replicas: "0" (rojob.config.yaml:1) must be a whole number from 1 to 1000']],
  ["name: Rojob", ['deploy.name: "Rojob" (rojob.config.yaml:1) must be at most 40 small letters']],
  ["service: ingress", ['deploy.service: "ingress" (rojob.config.yaml:1) must be one of loadbalancer, clusterip']],
  ["resources: { limits: { cpu: half } }", ['deploy.resources.limits.cpu: "half"']],
  [
    "resources: { requests: { memory: 4GB }, limits: { memory: 3GB } }",
    [
      "deploy.resources.requests.memory: 4294967296 (rojob.config.yaml:1) is more than deploy.resources.limits.memory: 3221225472",
    ],
  ],
  [
    "storage: { kind: volume }",
    ["deploy.storage.access: readwriteonce (default) is for one node, and deploy.replicas is 3 (default)"],
  ],
  ["storage: { kind: host }", ["needs deploy.storage.path, the folder"]],
  [
    "storage: { path: /srv }",
    ["deploy.storage.path: /srv (rojob.config.yaml:1) needs deploy.storage.kind: host, which is ephemeral (default)"],
  ],
  ["port: 65535", ["leaves no room for deploy.replicas: 3 (default)"]],
])("deploy: { %s } is refused with what would be right", (entry, sentences) => {
  const problems = problemsOf(`deploy: { ${entry} }\n`);
  expect(problems).toHaveLength(sentences.length);
  sentences.forEach((sentence, at) => {
    expect(problems[at]).toContain(sentence);
  });
});

test.each([
  ["LISTEN: 127.0.0.1", 'LISTEN: "127.0.0.1" (rojob.config.yaml:1) is not what a container is reached at'],
  ["PORT: 0", "PORT: 0 (rojob.config.yaml:1) is another port at each start"],
  ["PORT: 80", "PORT: 80 (rojob.config.yaml:1) is not allowed for the user of the container"],
  ["WORK: /data", 'WORK: "/data" (rojob.config.yaml:1) is not the work folder of the image'],
  ["LOG: /var/log", 'LOG: "/var/log" (rojob.config.yaml:1) cannot be written to in a container'],
  ["HOST: one", 'HOST: "one" (rojob.config.yaml:1) would be the name of each of the deploy.replicas: 3 (default)'],
  ["PRIVATE: true\ndeploy: { secrets: { APIKEY: { file: x } } }", "exclude each other; leave one of them out"],
  ["PROT: 9000", "did you mean PORT?"],
])("%s is refused for a container", (config, sentence) => {
  const problems = problemsOf(`${config}\n`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(sentence);
});

test("less memory than the workers may take is told", () => {
  const { warnings } = synth("deploy: { resources: { limits: { memory: 512MB } } }\n");
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^deploy\.resources\.limits\.memory: 512MB is less than the \d+MB/);
});

test("a node reads past the deployment section", () => {
  const cwd = project("PORT: 9000\ndeploy: { replicas: 2 }\n");
  expect(loadConfig({ argv: [], env: {}, cwd }).config.PORT).toBe(9000);
});

test("the example's deployment section, uncommented, has only known keys", () => {
  const lines = exampleConfigFile().split("\n");
  const section = lines.slice(lines.indexOf("#deploy:")).map((line) => line.replace(/^#/, ""));
  const text = section.filter((line) => !/^ +\w+: <|^ *#/.test(line)).join("\n");
  expect(Object.keys((yaml.load(text) as any).deploy)).toEqual([
    "name",
    "image",
    "replicas",
    "service",
    "resources",
    "storage",
    "secrets",
  ]);
  expect(problemsOf(text)).toEqual([]);
});

test("the image has what the manifests count on", () => {
  const text = readFileSync(join(import.meta.dirname, "../../Dockerfile"), "utf8");
  expect(text).toContain("USER 1000:1000");
  expect(text).toContain("VOLUME /rojob/work");
  expect(text).toContain("WORKDIR /rojob");
  expect(text).toMatch(/ENV CONTAINER=true/);
  expect(text).toMatch(/install -y --no-install-recommends python3 /);
});
