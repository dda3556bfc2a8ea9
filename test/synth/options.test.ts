import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { targets } from "../../infra/deploy-target.js";
import { secretOptions } from "../../service/config/deploy/index.js";
import { targets as targetSpecs } from "../../service/config/deploy/targets.js";
import { loadConfig, type OptionName, optionNames, optionSpec } from "../../service/config/index.js";
import { unsupported } from "../../service/config/unsupported.js";
import { documentOf, nodeConfigText, podOf, problemsOf, project, settings, synth } from "./project.js";

/** Values a container can have, where not every one will do. */
const fitting: Partial<Record<OptionName, string>> = {
  LISTEN: "0.0.0.0",
  PORT: "9000",
  WORK: "work",
  LOG: "work/log",
  PID: "/tmp/node",
  CONTAINER: "true",
  CDISC: "dns:elsewhere:8787",
  FALLBACKS: "elsewhere:8787",
  CALLBACKHOSTS: "example.org",
  HOSTS: "jobs.example.org",
};

function sample(name: OptionName): string {
  const spec = optionSpec(name);
  if (fitting[name] !== undefined) return fitting[name];
  if (spec.type === "boolean") return String(spec.default !== true);
  if (spec.type === "integer" || spec.type === "bytes") return String((spec.min ?? 0) + 7);
  if (spec.type === "choice") {
    const missing = unsupported[name];
    const can = spec.choices!.filter((choice) => !Array.isArray(missing) || !missing.includes(choice));
    return can.at(-1)!;
  }
  return spec.type === "text" ? "a-text" : "folder/below";
}

const plain = optionNames.filter(
  (name) => !optionSpec(name).secret && !optionSpec(name).notInFile && unsupported[name] !== true,
);

test.each(plain)("%s of the config file reaches each target once, and means the same to the node there", (name) => {
  const synthesis = synth(`${name}: "${sample(name)}"\ndeploy: { replicas: 1 }\n`);
  const wanted = loadConfig({ argv: ["CONTAINER=true", `${name}=${sample(name)}`], env: {}, cwd: "/rojob" });
  for (const target of targets) {
    const found = settings(synthesis, target).filter(([option]) => option === name);
    expect(found, target).toHaveLength(1);
    const value = found[0]![1].replaceAll("$(POD_NAMESPACE)", "default");
    const got = loadConfig({ argv: ["CONTAINER=true", `${name}=${value}`], env: {}, cwd: "/rojob" });
    // To the names that are said come those that the target gives.
    if (name === "HOSTS") expect(got.config.HOSTS?.split(","), target).toContain(sample(name));
    else expect(got.config[name], target).toBe(wanted.config[name]);
  }
});

test("options that are not given are left to the node, besides what depends on the container", () => {
  const synthesis = synth();
  const peers = { kubernetes: "rojob-peers", swarm: "tasks.rojob", compose: "rojob" };
  for (const target of targets) {
    const { HOST, APIKEY_FILE, ...others } = Object.fromEntries(settings(synthesis, target));
    const CDISC = `dns:${peers[target]}:8787`;
    expect(others, target).toEqual({ CDISC, CONTAINER: "true", HOSTS: "*", WORKERS: "2" });
    expect(HOST).toBe({ kubernetes: "from the pod", swarm: "{{.Task.Name}}", compose: undefined }[target]);
    expect(APIKEY_FILE).toMatch(/APIKEY$/);
  }
});

describe("HOSTS", () => {
  const hostsOf = (config: string) =>
    Object.fromEntries(
      targets.map((target) => [
        target,
        Object.fromEntries(settings(synth(config), target))
          .HOSTS!.split(",")
          .sort(),
      ]),
    );
  const inCluster = [
    "rojob",
    "rojob.$(POD_NAMESPACE)",
    "rojob.$(POD_NAMESPACE).svc",
    "rojob.$(POD_NAMESPACE).svc.cluster.local",
  ];
  const inner = {
    kubernetes: inCluster,
    swarm: ["rojob", "rojob_rojob", "tasks.rojob"],
    compose: ["rojob", "rojob-balancer"],
  };
  const withMore = (...more: string[]) =>
    Object.fromEntries(targets.map((target) => [target, [...inner[target], ...more].sort()]));

  test.each<[string, object]>([
    ["deploy: { publish: { type: clusterip } }\n", inner],
    ["deploy: { publish: { type: ingress, host: jobs.example.org } }\n", withMore("jobs.example.org")],
    ["HOSTS: 'jobs.example.org, 10.0.0.1:80'\n", withMore("10.0.0.1:80", "jobs.example.org")],
    ["HOSTS: '*'\ndeploy: { publish: { type: clusterip } }\n", { kubernetes: ["*"], swarm: ["*"], compose: ["*"] }],
    ["PRIVATE: true\n", inner],
  ])("of %j has the names of each target and those that are said", (config, wanted) =>
    expect(hostsOf(config)).toEqual(wanted),
  );

  test("that nobody can know are asked for where no key is", () => {
    expect(synth("PRIVATE: true\n").warnings.join()).toContain("HOSTS: not set");
    for (const config of ["", "PRIVATE: true\nHOSTS: a\n"])
      expect(synth(config).warnings.join()).not.toContain("HOSTS");
  });

  test("of the page are those of the page", () => {
    const config =
      "PRIVATE: true\ndeploy: { publish: { type: clusterip }, storage: { kind: host, path: /srv }, browser: { enabled: true } }\n";
    const synthesis = synth(config);
    for (const [target, names] of [
      ["swarm", "rojob-browser,rojob_rojob-browser"],
      ["compose", "rojob-browser"],
    ] as const)
      expect(documentOf(synthesis, target).services["rojob-browser"].environment.HOSTS).toBe(names);
  });
});

test("schedules reach each target as a node reads them", () => {
  const schedule = '{ cron: "30 2 * * *", job: report.yaml, args: { day: "1", deep: true, depth: 3 }, timezone: UTC }';
  const synthesis = synth(`schedules: { nightly: ${schedule} }\n`);
  for (const target of targets) {
    const cwd = project(nodeConfigText(synthesis, target).replace(/^CDISC.*\n/m, ""));
    const { schedules } = loadConfig({ argv: [], env: {}, cwd });
    expect(schedules).toMatchObject([
      {
        name: "nightly",
        cron: "30 2 * * *",
        timezone: "UTC",
        job: "report.yaml",
        args: { day: "1", deep: true, depth: 3 },
      },
    ]);
  }
});

describe.each(secretOptions)("the secret %s", (name) => {
  const secret = `rojob-${name.toLowerCase()}`;

  test("of a file reaches each target once, as a secret", () => {
    const synthesis = synth(`deploy: { secrets: { ${name}: { file: kept/here } } }\n`);
    for (const target of targets) {
      const found = settings(synthesis, target).filter(([option]) => option.startsWith(name));
      expect(found.map(([option]) => option)).toEqual([`${name}_FILE`]);
    }
    for (const target of ["swarm", "compose"] as const) {
      const document = documentOf(synthesis, target);
      expect(document.secrets[secret]).toEqual({ file: "../../kept/here" });
      expect(document.services.rojob.secrets).toContainEqual(expect.objectContaining({ source: secret, target: name }));
      expect(document.services.rojob.environment[`${name}_FILE`]).toBe(`/run/secrets/${name}`);
    }
    const pod = podOf(synthesis);
    const volumes = pod.volumes.filter((volume: any) => volume.secret?.secretName === secret);
    expect(volumes).toHaveLength(1);
    const mount = pod.containers[0].volumeMounts.find((one: any) => one.name === volumes[0].name);
    expect(pod.containers[0].env).toContainEqual({ name: `${name}_FILE`, value: `${mount.mountPath}/${name}` });
    expect(volumes[0].secret.items).toEqual([{ key: name, path: name }]);
  });

  test("that is there already is referred to by its name, and Compose gets a file", () => {
    const synthesis = synth(`deploy: { secrets: { ${name}: { name: team-secret } } }\n`);
    expect(documentOf(synthesis, "swarm").secrets["team-secret"]).toEqual({ external: true });
    expect(podOf(synthesis).volumes.at(-1).secret.secretName).toBe("team-secret");
    expect(documentOf(synthesis, "compose").secrets["team-secret"]).toEqual({ file: "./team-secret" });
    expect(synthesis.warnings).toEqual([
      `deploy.secrets.${name}.name: team-secret cannot be expressed by compose: it has no secret store; put the content into compose/team-secret`,
    ]);
  });

  test("is refused as a value, which is never printed", () => {
    const value = "type:redis,host:broker,password:v4lue-of-the-secret";
    for (const problems of [problemsOf(`${name}: "${value}"\n`), problemsOf("", [`${name}=${value}`])]) {
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(`${name}: a secret (`);
      expect(problems[0]).toContain(`deploy.secrets.${name}.file`);
      expect(problems[0]).not.toContain("v4lue");
    }
  });
});

describe("the queue", () => {
  const queueOf = (config: string) =>
    targets.map((target) => settings(synth(config), target).filter(([name]) => name.startsWith("QUEUECH")));

  test.each([
    ["{ kind: redis }", "type:redis,host:rojob-queue,port:6379"],
    ["{ kind: etcd }", "type:etcd3,host:rojob-queue,port:2379"],
    ["{ kind: redis, host: broker.example.org, port: 6380 }", "type:redis,host:broker.example.org,port:6380"],
  ])("%s is told to the nodes of each target, once", (queue, text) => {
    for (const found of queueOf(`deploy: { queue: ${queue} }\n`)) expect(found).toEqual([["QUEUECH", text]]);
  });
});

test("a QUEUECH without a password is no secret, and reaches each target once", () => {
  const text = "type:redis,host:broker.example.org,port:6380,db:2";
  const synthesis = synth(`QUEUECH: "${text}"\n`);
  for (const target of targets) {
    const found = settings(synthesis, target).filter(([name]) => name.startsWith("QUEUECH"));
    expect(found).toEqual([["QUEUECH", text]]);
  }
});

test("the environment and the size of the machine that synthesises do not count", () => {
  process.env.JOBTIMEOUT = "1234";
  try {
    expect(settings(synth(), "swarm").map(([name]) => name)).not.toContain("JOBTIMEOUT");
  } finally {
    delete process.env.JOBTIMEOUT;
  }
});

test("bytes are written as the user would", () => {
  expect(Object.fromEntries(settings(synth("MAXBODY: 20971520\n"), "swarm")).MAXBODY).toBe("20MB");
});

test("docs/deploy.md has a section about each target", () => {
  const text = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
  for (const { title } of Object.values(targetSpecs))
    expect(text).toMatch(new RegExp(`^## (?:Docker )?${title}$`, "m"));
});
