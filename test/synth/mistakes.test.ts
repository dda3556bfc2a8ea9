import { describe, expect, test } from "vitest";
import { problemsOf, synth } from "./project.js";

const at = "(rojob.config.yaml:1)";

/** Entries of the deployment, and the sentences they are refused with. */
const mistakes: [string, ...string[]][] = [
  ["replicsa: 3", `deploy.replicsa: unknown key ${at}; did you mean replicas? deploy takes name, image,`],
  ["scaling: { min: 2 }", `deploy.scaling: unknown key ${at};`],
  [
    "storage: { clas: x }",
    `deploy.storage.clas: unknown key ${at}; did you mean class? deploy.storage takes kind, shared`,
  ],
  ["secrets: { NOKEY: { file: x } }", "deploy.secrets.NOKEY: unknown key"],
  ["replicas: { min: 1 }", `deploy.replicas: a map ${at} must be one value`],
  ["resources: 5", `deploy.resources: must be a map of requests, limits ${at}`],
  ["replicas: -1", `deploy.replicas: "-1" ${at} must be a whole number from 0 to 1000`],
  [
    "replicas: 0",
    `deploy.replicas: 0 ${at} leaves no node for deploy.disruption.budget: true (default) to keep; use at least 1 replica, or disruption.budget: false`,
  ],
  ["name: Rojob", `deploy.name: "Rojob" ${at} must be at most 40 lowercase letters`],
  ["resources: { limits: { cpu: half } }", 'deploy.resources.limits.cpu: "half"'],
  [
    "resources: { requests: { memory: 4GB }, limits: { memory: 3GB } }",
    `deploy.resources.requests.memory: 4294967296 ${at} is more than deploy.resources.limits.memory: 3221225472 ${at}`,
  ],
  [
    "storage: { kind: volume }",
    "deploy.storage.access: readwriteonce (default) is for one machine, but deploy.replicas: 3 (default) share it; use readwritemany, storage.shared: false, or one node",
  ],
  [
    "replicas: 1, autoscaling: { max: 4 }, storage: { kind: volume, access: ReadWriteOnce }",
    `deploy.storage.access: readwriteonce ${at} is for one machine, but deploy.autoscaling.max: 4 ${at} share it`,
  ],
  [
    "replicas: 1, storage: { kind: volume }, update: { strategy: rolling }",
    `deploy.update.strategy: rolling ${at} needs a volume that two nodes can mount, but deploy.storage.access: readwriteonce (default)`,
  ],
  ["storage: { kind: host }", `deploy.storage.kind: host ${at} needs deploy.storage.path, the folder`],
  [
    "storage: { path: /srv }",
    `deploy.storage.path: /srv ${at} needs deploy.storage.kind: host, which is ephemeral (default)`,
  ],
  [
    "publish: { type: Ingress }",
    `deploy.publish.type: ingress ${at} needs deploy.publish.host, the host name clients use`,
  ],
  [
    "publish: { type: nodeport }",
    `deploy.publish.type: "nodeport" ${at} must be one of loadbalancer, clusterip, ingress`,
  ],
  [
    "publish: { tlsSecret: tls }",
    `deploy.publish.tlsSecret: tls ${at} needs deploy.publish.type: ingress, which is loadbalancer (default)`,
  ],
  [
    "secrets: { APIKEY: { name: a, file: b } }",
    `deploy.secrets.APIKEY.name: a ${at} and deploy.secrets.APIKEY.file: `,
    `are two sources of APIKEY; keep one`,
  ],
  [
    "secrets: { APIKEY: { name: a, generate: true } }",
    `deploy.secrets.APIKEY.name: a ${at} and deploy.secrets.APIKEY.generate: true ${at} are two sources of APIKEY; keep one`,
  ],
  [
    "queue: { kind: redis }, secrets: { QUEUECH: { file: q } }",
    "deploy.secrets.QUEUECH.file: ",
    `and deploy.queue.kind: redis ${at} are two sources of QUEUECH; keep one`,
  ],
  [
    "secrets: { APIKEY: { generate: false } }",
    `deploy.secrets.APIKEY.generate: false ${at} leaves the nodes without a common key`,
  ],
  ["autoscaling: { min: 2 }", `deploy.autoscaling.min: 2 ${at} needs deploy.autoscaling.max`],
  ["autoscaling: { min: 5, max: 4 }", `deploy.autoscaling.min: 5 ${at} is more than deploy.autoscaling.max: 4 ${at}`],
  [
    "replicas: 9, autoscaling: { min: 2, max: 4 }",
    `deploy.replicas: 9 ${at} is not between deploy.autoscaling.min: 2 ${at} and deploy.autoscaling.max: 4 ${at}`,
  ],
  [
    "update: { surge: 0 }",
    `deploy.update.surge: 0 ${at} and deploy.update.unavailable: 0 (default): no node could ever be replaced`,
  ],
  [
    "update: { strategy: recreate, surge: 2 }",
    `deploy.update.surge: 2 ${at} needs deploy.update.strategy: rolling, which is recreate ${at}`,
  ],
  [
    "disruption: { budget: false, unavailable: 2 }",
    `deploy.disruption.unavailable: 2 ${at} needs deploy.disruption.budget: true, which is false ${at}`,
  ],
  [
    "browser: { enabled: true }",
    `deploy.browser.enabled: true ${at} needs a work folder shared with the nodes, but deploy.storage.kind: ephemeral (default)`,
  ],
  [
    "browser: { enabled: true, port: 8787 }, storage: { kind: host, path: /srv }",
    `deploy.browser.port: 8787 ${at} is also deploy.publish.port: 8787 (default); choose two ports`,
  ],
  ["queue: { host: a }", `deploy.queue.host: a ${at} needs deploy.queue.kind, which is none (default)`],
  [
    "queue: { kind: redis, host: a, size: 2GB }",
    `deploy.queue.size: 2147483648 ${at} applies to a deployed queue, but deploy.queue.host: a ${at} names an existing one`,
  ],
  ["balancer: { enabled: false }, publish: { port: 65535 }", "leaves too few ports for deploy.replicas: 3 (default)"],
  ["balancer: { image: haproxy }", "must be an image with its tag or digest"],
  ["env: { PORT: '1' }", `deploy.env.PORT: sets the option PORT; write it at the top level ${at}`],
  ["env: { apikey_file: '1' }", "deploy.env.apikey_file: sets the option APIKEY"],
  ["env: [A]", `deploy.env: must be a map of texts ${at}`],
  ["labels: { app.kubernetes.io/name: x }", "is a label that synth sets"],
  ["labels: { team: 'a b' }", 'deploy.labels.team: "a b" is not a label value'],
  ["tolerations: { key: a }", "deploy.tolerations: must be a list of maps"],
  ["tolerations: [{ kye: a }]", "deploy.tolerations[0].kye: unknown key; valid keys are key, operator"],
  ["tolerations: [{ operator: Exist }]", 'deploy.tolerations[0].operator: "Exist" must be one of Exists, Equal'],
  ["tolerations: [{ value: a }]", "deploy.tolerations[0]: without a key, operator must be Exists"],
  ["patches: { nomad: {} }", "deploy.patches.nomad: unknown key"],
  ["patches: { swarm: 5 }", "deploy.patches.swarm: must be a map to merge, or a list of operations"],
  ["patches: { compose: [{ op: put, path: /a }] }", 'deploy.patches.compose[0].op: "put" must be one of add, remove'],
  ["patches: { compose: [{ op: add, path: a, value: 1 }] }", "deploy.patches.compose[0].path: must be a JSON pointer"],
  ["patches: { compose: [{ op: remove, path: /nothing/here }] }", "deploy.patches.compose: ", "does its path exist?"],
  ["patches: { kubernetes: [{ kind: Deployment }] }", "deploy.patches.kubernetes[0]: patch is missing"],
  [
    "patches: { kubernetes: [{ kind: Job, patch: {} }] }",
    "deploy.patches.kubernetes[0]: there is no Job; there are ServiceAccount rojob, NetworkPolicy rojob, Service rojob-peers,",
  ],
  [
    "patches: { kubernetes: [{ kind: Service, patch: {} }] }",
    "deploy.patches.kubernetes[0]: there are 2 objects of kind Service: rojob-peers, rojob; choose one with name",
  ],
];

test.each(mistakes)("deploy: { %s } is refused with what would be right", (entry, ...parts) => {
  const problems = problemsOf(`deploy: { ${entry} }\n`);
  expect(problems).toHaveLength(1);
  for (const part of parts) expect(problems[0]).toContain(part);
});

test.each([
  ["LISTEN: 127.0.0.1", `LISTEN: "127.0.0.1" ${at} cannot be reached from outside the container`],
  ["PORT: 0", `PORT: 0 ${at} means another port at each start`],
  ["PORT: 80", `PORT: 80 ${at} is not allowed for the user of the container`],
  ["WORK: /data", `WORK: "/data" ${at} is not the work folder of the image`],
  ["LOG: /var/log", `LOG: "/var/log" ${at} cannot be written to in a container`],
  ["PID: /var/run/x", `PID: "/var/run/x" ${at} cannot be written to in a container`],
  ["HOST: one", `HOST: "one" ${at} would be the name of all nodes of deploy.replicas: 3 (default)`],
  ["PRIVATE: true\ndeploy: { secrets: { APIKEY: { file: x } } }", "are mutually exclusive; leave one of them out"],
  [
    "APIKEY: 0123456789abcdef\ndeploy: { secrets: { APIKEY: { file: x } } }",
    "are two sources of APIKEY; leave the value out",
  ],
  [
    'QUEUECH: "type:redis,host:a"\ndeploy: { queue: { kind: etcd } }',
    "QUEUECH: (rojob.config.yaml:1) and deploy.queue.kind: etcd (rojob.config.yaml:2) are two sources of QUEUECH; keep one",
  ],
  ["PROT: 9000", "did you mean PORT?"],
])("%s is refused for a container", (config, sentence) => {
  const problems = problemsOf(`${config}\n`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(sentence);
});

test("all mistakes are reported at once", () => {
  expect(problemsOf("PROT: 1\ndeploy: { replicas: x, nmae: y, tag: '' }\n")).toHaveLength(3);
});

describe("warnings", () => {
  test("less memory than the workers may take", () => {
    const { warnings } = synth("deploy: { resources: { limits: { memory: 512MB } } }\n");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^deploy\.resources\.limits\.memory: 512MB is less than the \d+MB/);
  });

  test("only what was asked for and a target cannot express, for the targets that are wanted", () => {
    expect(synth().warnings).toEqual([]);
    const config = "deploy: { autoscaling: { max: 5 } }\n";
    expect(synth(config, [], ["kubernetes"]).warnings).toEqual([]);
    expect(synth(config).warnings).toEqual([
      "deploy.autoscaling.max: 5 cannot be expressed by swarm: it has no autoscaling; use docker service scale",
      "deploy.autoscaling.max: 5 cannot be expressed by compose: it has no autoscaling; use up -d --scale",
    ]);
  });

  test("a closed network that keeps nodes from their queue", () => {
    const config = 'QUEUECH: "type:redis,host:a"\ndeploy: { network: { egress: closed } }\n';
    expect(synth(config, [], ["kubernetes"]).warnings.join()).toContain("closed blocks the queue of QUEUECH");
  });

  test("schedules that each of several nodes would run by itself", () => {
    const schedules = 'schedules: [{ name: tick, cron: "* * * * *", job: rojob/echo.yaml }]\n';
    const ofEach = /^schedules: each of the 3 nodes runs them at every tick/;
    expect(synth(`${schedules}deploy: { replicas: 3 }\n`).warnings).toEqual([expect.stringMatching(ofEach)]);
    expect(synth(`${schedules}deploy: { replicas: 1 }\n`).warnings).toEqual([]);
    const queued = `${schedules}QUEUECH: "type:redis,host:a"\ndeploy: { replicas: 3 }\n`;
    expect(synth(queued).warnings.join()).not.toContain("schedules:");
    const shared = "{ kind: volume, access: readwritemany }";
    const config = `${schedules}deploy: { replicas: 3, storage: ${shared} }\n`;
    expect(synth(config).warnings.join()).not.toContain("schedules:");
  });

  test("a folder of the machine is refused by strict namespaces", () => {
    const { warnings } = synth("deploy: { storage: { kind: host, path: /srv } }\n");
    expect(warnings.join()).toContain("deploy.storage.kind: host is rejected by kubernetes in namespaces that enforce");
  });
});
