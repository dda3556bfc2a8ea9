import { expect, test } from "vitest";
import { targets } from "../../infra/synthesize.js";
import { secretOptions } from "../../service/config/deploy/index.js";
import { loadConfig, type OptionName, optionNames, optionSpec } from "../../service/config/index.js";
import { notYet } from "../../service/config/not-yet.js";
import { formatValue } from "../../service/config/parse.js";
import { documents, podOf, problemsOf, synth, variables } from "./project.js";

/** Values a container can have, where not every one will do. */
const fitting: Partial<Record<OptionName, string>> = {
  LISTEN: "0.0.0.0",
  PORT: "9000",
  WORK: "work",
  LOG: "work/log",
  CONTAINER: "true",
};

function sample(name: OptionName): string {
  const spec = optionSpec(name);
  if (fitting[name] !== undefined) return fitting[name];
  if (spec.type === "boolean") return String(spec.default !== true);
  if (spec.type === "integer" || spec.type === "bytes") return String((spec.min ?? 0) + 7);
  if (spec.type === "choice") {
    const missing = notYet[name];
    const can = spec.choices!.filter((choice) => !Array.isArray(missing) || !missing.includes(choice));
    return can.at(-1)!;
  }
  return spec.type === "text" ? "a-text" : "folder/below";
}

const plain = optionNames.filter(
  (name) => !optionSpec(name).secret && !optionSpec(name).notInFile && notYet[name] !== true,
);

test.each(plain)("%s of the config file reaches each target once, and means the same to the node there", (name) => {
  const synthesis = synth(`${name}: "${sample(name)}"\ndeploy: { replicas: 1 }\n`);
  const wanted = loadConfig({ argv: ["CONTAINER=true", `${name}=${sample(name)}`], env: {}, cwd: "/rojob" });
  for (const target of targets) {
    const found = variables(synthesis, target).filter(([variable]) => variable === name);
    expect(found, target).toHaveLength(1);
    const got = loadConfig({ argv: [], env: Object.fromEntries(found), cwd: "/rojob" });
    expect(got.config[name], target).toBe(wanted.config[name]);
    expect(got.origins[name].kind).toBe("environment");
  }
});

test("options that are not given are left to the node, besides what depends on the container", () => {
  const synthesis = synth();
  for (const target of ["swarm", "compose"] as const) {
    expect(Object.fromEntries(variables(synthesis, target))).toEqual({
      CONTAINER: "true",
      HOME: "/tmp",
      WORKERS: "2",
      APIKEY_FILE: "/run/secrets/APIKEY",
    });
  }
  expect(variables(synthesis, "kubernetes").map(([name]) => name)).toEqual([
    "CONTAINER",
    "HOME",
    "WORKERS",
    "HOST",
    "APIKEY_FILE",
  ]);
});

test.each(secretOptions)("the secret %s reaches each target once, as a secret", (name) => {
  const synthesis = synth(`deploy: { secrets: { ${name}: { file: kept/here } } }\n`);
  for (const target of targets) {
    const found = variables(synthesis, target).filter(([variable]) => variable.startsWith(name));
    expect(found.map(([variable]) => variable)).toEqual([`${name}_FILE`]);
  }
  const secret = `rojob-${name.toLowerCase()}`;
  for (const target of ["swarm", "compose"] as const) {
    const [document] = documents(synthesis, target);
    expect(document.secrets[secret]).toEqual({ file: "../../kept/here" });
    expect(document.services.rojob.secrets).toContainEqual({ source: secret, target: name });
    expect(document.services.rojob.environment[`${name}_FILE`]).toBe(`/run/secrets/${name}`);
  }
  const pod = podOf(synthesis);
  const volumes = pod.volumes.filter((volume: any) => volume.secret?.secretName === secret);
  expect(volumes).toHaveLength(1);
  const mount = pod.containers[0].volumeMounts.find((one: any) => one.name === volumes[0].name);
  expect(pod.containers[0].env).toContainEqual({ name: `${name}_FILE`, value: `${mount.mountPath}/${name}` });
  expect(volumes[0].secret.items).toEqual([{ key: name, path: name }]);
});

test("an existing secret is referred to by its name", () => {
  const config = "deploy: { secrets: { APIKEY: { name: team-key } } }\n";
  const synthesis = synth(config, [], ["kubernetes", "swarm"]);
  expect(documents(synthesis, "swarm")[0].secrets).toEqual({ "team-key": { external: true } });
  expect(podOf(synthesis).volumes.at(-1).secret.secretName).toBe("team-key");
  expect(problemsOf(config)).toEqual([
    "deploy.secrets.APIKEY.name: team-key cannot be had by Compose, which takes files only; add deploy.secrets.APIKEY.file, or choose --target kubernetes or swarm",
  ]);
});

test.each(secretOptions)("the value of %s is refused, and never printed", (name) => {
  const value = "v4lue-of-the-secret";
  for (const problems of [problemsOf(`${name}: ${value}\n`), problemsOf("", [`${name}=${value}`])]) {
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${name}: a secret (`);
    expect(problems[0]).toContain(`deploy.secrets.${name}.file`);
    expect(problems[0]).not.toContain(value);
  }
});

test("the environment and the size of the machine that synthesises do not count", () => {
  process.env.JOBTIMEOUT = "1234";
  try {
    expect(variables(synth(), "swarm").map(([name]) => name)).not.toContain("JOBTIMEOUT");
  } finally {
    delete process.env.JOBTIMEOUT;
  }
});

test("a $ in a value is the node's own on Compose and Swarm, which would read a variable there", () => {
  const synthesis = synth('RUN: "jobs$HOME"\n');
  for (const [target, text] of [
    ["compose", "/rojob/jobs$$HOME"],
    ["swarm", "/rojob/jobs$$HOME"],
    ["kubernetes", "/rojob/jobs$HOME"],
  ] as const) {
    expect(Object.fromEntries(variables(synthesis, target)).RUN).toBe(text);
  }
});

test("bytes are written as the user would", () => {
  expect(Object.fromEntries(variables(synth("MAXBODY: 20MB\n"), "swarm")).MAXBODY).toBe(
    formatValue(optionSpec("MAXBODY"), 20 * 1024 * 1024),
  );
});
