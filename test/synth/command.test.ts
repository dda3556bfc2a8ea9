import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { expect, test } from "vitest";
import { targets } from "../../infra/deploy-target.js";
import { rojob } from "../cli/program.js";
import { project, synth, textOf } from "./project.js";

const run = (cwd: string, ...argv: string[]) => rojob(["synth", ...argv], { cwd });

test("the command writes the files asked for, and the same ones again; the key is generated once and is in no file", async () => {
  const cwd = project("BACKLOG: 5\n");
  const all = await run(cwd);
  expect(all.stderr).toBe("");
  expect(all.stdout.split("\n")).toEqual([
    "rojob.apikey generated: APIKEY",
    "dist/kubernetes/rojob.k8s.yaml written",
    "dist/swarm/rojob.stack.yaml written",
    "dist/swarm/rojob.config.yaml written",
    "dist/compose/compose.yaml written",
    "dist/compose/rojob.config.yaml written",
    "dist/compose/haproxy.cfg written",
    "",
  ]);
  const key = readFileSync(join(cwd, "rojob.apikey"), "utf8");
  expect(key).toMatch(/^[\w-]{32}$/);
  // For nobody else to read.
  expect(statSync(join(cwd, "rojob.apikey")).mode & 0o077).toBe(0);
  const first = readdirSync(join(cwd, "dist"), { recursive: true, encoding: "utf8" }).filter((name) => /\./.test(name));
  const texts = first.map((name) => readFileSync(join(cwd, "dist", name), "utf8"));
  const one = await run(cwd, "--out", "here", "--config", "rojob.config.yaml");
  expect(one.stdout).not.toContain("generated");
  expect(readFileSync(join(cwd, "rojob.apikey"), "utf8")).toBe(key);
  for (const text of texts) expect(text).not.toContain(key);
  expect(first.map((name) => readFileSync(join(cwd, "here", name), "utf8"))).toEqual(texts);
});

test("one target, other settings", async () => {
  const cwd = project();
  const one = await run(cwd, "--target", "swarm", "--set", "deploy.replicas=5", "--set=PORT=9000");
  expect(one.stdout).toContain("dist/swarm/rojob.stack.yaml written\n");
  expect(readFileSync(join(cwd, "dist/swarm/rojob.stack.yaml"), "utf8")).toContain("replicas: 5");
  expect(existsSync(join(cwd, "dist/compose"))).toBe(false);
});

test("an existing secret is neither generated nor read", async () => {
  const cwd = project("deploy: { secrets: { APIKEY: { file: keys/mine } } }\n");
  const { stdout, code } = await run(cwd);
  expect([code, stdout.includes("generated")]).toEqual([0, false]);
  expect(existsSync(join(cwd, "keys"))).toBe(false);
});

test("values are only in the manifest that was asked for, which nobody else can read", async () => {
  const cwd = project("deploy: { secrets: { embed: true, QUEUECH: { file: queue } } }\n");
  writeFileSync(join(cwd, "queue"), "type:redis,password:x\n");
  expect((await run(cwd, "--target", "kubernetes")).code).toBe(0);
  const file = join(cwd, "dist/kubernetes/rojob.secrets.k8s.yaml");
  expect(statSync(file).mode & 0o077).toBe(0);
  const secrets = yaml.loadAll(readFileSync(file, "utf8")) as any[];
  const key = readFileSync(join(cwd, "rojob.apikey"), "utf8");
  expect(secrets.map(({ metadata, stringData }) => [metadata.name, stringData])).toEqual([
    ["rojob-apikey", { APIKEY: key }],
    ["rojob-queuech", { QUEUECH: "type:redis,password:x" }],
  ]);
  expect(readFileSync(join(cwd, "dist/kubernetes/rojob.k8s.yaml"), "utf8")).not.toContain("Secret\n");
});

test("a file that is to be embedded and is not there is named", async () => {
  const cwd = project("deploy: { secrets: { embed: true, APIKEY: { file: none } } }\n");
  const { code, stderr } = await run(cwd);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^rojob synth: deploy\.secrets\.APIKEY\.file: .*none cannot be read/);
});

test("a key file that the containers of Compose cannot read is reported", async () => {
  const cwd = project("deploy: { secrets: { APIKEY: { file: key } } }\n");
  writeFileSync(join(cwd, "key"), "k", { mode: 0o600 });
  const { uid } = statSync(join(cwd, "key"));
  const { stderr } = await run(cwd);
  if (uid === 1000) expect(stderr).toBe("");
  else expect(stderr).toContain(`belongs to user ${uid}, but the containers of compose read it as user 1000`);
});

test("what is not known is named, and nothing is written", async () => {
  const cwd = project("deploy: { replica: 5 }\n");
  const refused = await run(cwd);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "rojob synth: deploy.replica: unknown key (rojob.config.yaml:1); did you mean replicas?",
  );
  expect((await run(cwd, "--target", "kubernets")).stderr).toContain(
    '--target: "kubernets" must be one of kubernetes, swarm, compose; did you mean kubernetes?',
  );
  expect((await run(cwd, "--config", "none.yaml")).stderr).toContain("none.yaml");
  expect((await run(cwd, "deploy.replicas=5")).stderr).toContain("write --set deploy.replicas=5");
  expect((await run(cwd, "--set", "deploy.replicas")).stderr).toContain("--set deploy.replicas: no value");
  expect(existsSync(join(cwd, "dist"))).toBe(false);
});

test.each(targets)("the file for %s says how to apply, inspect, remove and reach it", (target) => {
  const text = textOf(synth(), target);
  for (const word of ["apply: ", "look at: ", "remove: ", "reach: "])
    expect(text).toMatch(new RegExp(`^# ${word}`, "m"));
});

test("files are the same wherever they are made", () => {
  const [one, other] = [synth(), synth()];
  expect(one).toEqual(other);
});
