import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { targets } from "../../infra/synthesize.js";
import { documents, podOf, project, synth } from "./project.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const program = [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, "infra/synth.ts")];
const run = (cwd: string, ...args: string[]) =>
  spawnSync(process.execPath, [...program, ...args], { cwd, encoding: "utf8" });

const hasDocker = spawnSync("docker", ["--version"]).status === 0;

test.each(targets)("the file for %s is the recorded one (else: vitest -u)", async (target) => {
  const file = synth().files.find(({ path }) => path.startsWith(target))!;
  await expect(file.text).toMatchFileSnapshot(`snapshots/${file.path.split("/")[1]}`);
});

test.each(targets)("the file for %s tells how to apply, look at and remove it, and is the same each time", (target) => {
  const [first, second] = [synth(), synth()].map(({ files }) => files.find(({ path }) => path.startsWith(target))!);
  expect(second).toEqual(first);
  for (const word of ["apply: ", "look at: ", "remove: "]) expect(first!.text).toMatch(new RegExp(`^# ${word}`, "m"));
});

test("pods take what the restricted Pod Security Standard allows", () => {
  const pod = podOf(synth());
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
  expect(pod.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  expect(pod.containers[0].readinessProbe.httpGet.path).toBe("/readyz");
  expect(pod.containers[0].livenessProbe.httpGet.path).toBe("/healthz");
});

test("what Kubernetes objects refer to is there", () => {
  const objects = documents(synth("deploy: { storage: { kind: volume, access: readwritemany } }\n"), "kubernetes");
  const find = (kind: string) => objects.find((object) => object.kind === kind);
  const { selector, template } = find("Deployment").spec;
  expect(template.metadata.labels).toMatchObject(selector.matchLabels);
  expect(template.metadata.labels).toMatchObject(find("Service").spec.selector);
  const [container] = template.spec.containers;
  expect(container.envFrom[0].configMapRef.name).toBe(find("ConfigMap").metadata.name);
  expect(template.spec.volumes[0].persistentVolumeClaim.claimName).toBe(find("PersistentVolumeClaim").metadata.name);
  const volumes = template.spec.volumes.map(({ name }: any) => name);
  for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
});

test.each(["swarm", "compose"] as const)("what the %s file refers to is there", (target) => {
  const [document] = documents(synth("deploy: { storage: { kind: volume, access: readwritemany } }\n"), target);
  const { rojob } = document.services;
  for (const { source } of rojob.secrets) expect(document.secrets).toHaveProperty(source);
  for (const network of rojob.networks) expect(document.networks).toHaveProperty(network);
  expect(document.volumes).toHaveProperty(rojob.volumes[0].source);
});

test.skipIf(!hasDocker)("Docker's own parser takes the stack file in each form", () => {
  const storages = [
    "",
    "storage: { kind: volume, access: readwritemany }",
    "storage: { kind: host, path: /srv/rojob }",
  ];
  for (const storage of storages) {
    const cwd = project();
    const { files } = synth(`RUN: "jobs$HOME"\ndeploy: { ${storage} }\n`, [], ["swarm"]);
    const file = join(cwd, "a/b/rojob.stack.yaml");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, files[0]!.text);
    const parsed = execFileSync("docker", ["stack", "config", "-c", file], { encoding: "utf8" });
    expect(parsed).toContain("RUN: /rojob/jobs$HOME");
    expect(parsed).toContain(`file: ${join(cwd, "rojob.apikey")}`);
  }
});

test("the command writes the files asked for, and the same ones again", () => {
  const cwd = project("BACKLOG: 5\n");
  const all = run(cwd);
  expect(all.stderr).toBe("");
  expect(all.stdout).toBe(
    "dist/kubernetes/rojob.k8s.yaml written\ndist/swarm/rojob.stack.yaml written\ndist/compose/compose.yaml written\n",
  );
  const one = run(cwd, "--target", "swarm", "--out", "here", "--set", "deploy.replicas=5");
  expect(one.stdout).toBe("here/swarm/rojob.stack.yaml written\n");
  expect(readFileSync(join(cwd, "here/swarm/rojob.stack.yaml"), "utf8")).toContain("replicas: 5");
  expect(existsSync(join(cwd, "here/compose"))).toBe(false);
});

test("the command names what it does not know, and writes nothing", () => {
  const cwd = project("deploy: { replica: 5 }\n");
  const refused = run(cwd);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("synth: deploy.replica: unknown key (rojob.config.yaml:1); did you mean replicas?");
  expect(run(cwd, "--target", "nomad").stderr).toContain('--target: "nomad" must be one of kubernetes, swarm, compose');
  expect(run(cwd, "--config", "none.yaml").stderr).toContain("none.yaml");
  expect(existsSync(join(cwd, "dist"))).toBe(false);
});
