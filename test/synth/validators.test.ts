import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import type { Target } from "../../infra/deploy-target.js";
import type { Synthesis } from "../../service/synth/synthesize.js";
import { testWith } from "../services.js";
import { lintObjects } from "./linter.js";
import {
  composeProblems,
  definitionsFile,
  hasOpenApi,
  neededDefinitions,
  openApiArchive,
  readDefinitions,
  strictValidator,
} from "./openapi.js";
import { documentOf, documents, project, synth } from "./project.js";
import { variants } from "./variants.js";

const each = Object.entries(variants);

/** Writes all files, and what they refer to; returns the folder of the targets. */
function written(synthesis: Synthesis): string {
  const folder = join(project(), "dist");
  for (const { path, text } of synthesis.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Kinds whose definitions the operator of Prometheus brings. */
const foreign = ["ServiceMonitor"];
const ownObjects = (synthesis: Synthesis) =>
  documents(synthesis, "kubernetes").filter(({ kind }) => !foreign.includes(kind));

describe("Kubernetes", () => {
  const validate = strictValidator();

  test.each(each)("%s: the API of 1.27 takes every object, with no field it does not know", (_name, config) => {
    for (const object of ownObjects(synth(config))) expect(validate(object)).toEqual([]);
  });

  test("that API refuses a field, a kind and a value it does not know", () => {
    const service = documents(synth(), "kubernetes").find(({ kind }) => kind === "Service");
    expect(validate({ ...service, spec: { ...service.spec, prots: [] } }).join()).toContain("prots");
    expect(validate({ ...service, apiVersion: "v1beta1" })).toEqual(["v1beta1 has no Service"]);
    expect(validate({ ...service, spec: { ...service.spec, ports: [{ port: "http" }] } }).join()).toContain("integer");
  });

  test.each(each)("%s: nothing refers to what is not there, nothing contradicts itself", (_name, config) => {
    expect(lintObjects(documents(synth(config), "kubernetes"))).toEqual([]);
  });

  test("what is known of that API is what its documents say", async (context) => {
    // They are no part of the repository.
    if (!hasOpenApi) context.skip(`${openApiArchive} is not there`);
    const objects = each.flatMap(([, config]) => ownObjects(synth(config)));
    await expect(neededDefinitions(readDefinitions(), objects)).toMatchFileSnapshot(definitionsFile);
  });
});

describe("Swarm", () => {
  testWith("docker", "Docker's own parser takes the stack file in each form", (docker) => {
    for (const [name, config] of each) {
      const stack = join(written(synth(config)), "swarm/rojob.stack.yaml");
      const parsed = spawnSync(docker, ["stack", "config", "-c", stack], { encoding: "utf8" });
      expect(parsed.status, `${name}: ${parsed.stderr}`).toBe(0);
    }
  });

  testWith("docker", "Docker reads a $ as it was meant, and finds the files", (docker) => {
    const folder = written(synth('deploy: { env: { TEXT: "a $HOME" } }\n'));
    const parsed = execFileSync(docker, ["stack", "config", "-c", join(folder, "swarm/rojob.stack.yaml")], {
      encoding: "utf8",
    });
    const { services, secrets, configs } = yaml.load(parsed) as any;
    expect(services.rojob.environment.TEXT).toBe("a $HOME");
    expect(secrets["rojob-apikey"].file).toBe(join(folder, "../rojob.apikey"));
    expect(Object.values<any>(configs)[0].file).toBe(join(folder, "swarm/rojob.config.yaml"));
  });

  test.each(each)("%s: what the stack refers to is there", (_name, config) => {
    expect(unresolved(documentOf(synth(config), "swarm"))).toEqual([]);
  });
});

describe("Compose", () => {
  testWith("docker-compose", "docker-compose takes the file in each form", (compose) => {
    const files = each.map(([, config]) => join(written(synth(config)), "compose/compose.yaml"));
    const refused = join(project(), "compose.yaml");
    writeFileSync(refused, "services: { a: { imgae: x } }\n");
    const { codes, stderr } = composeConfig(compose, [...files, refused]);
    expect(codes.pop()).toBeGreaterThan(0);
    expect(stderr).toContain("imgae");
    expect(codes, stderr).toEqual(files.map(() => 0));
  });

  test.each(each)("%s: the schema of the Compose specification takes the file", (_name, config) => {
    expect(composeProblems(documentOf(synth(config), "compose"))).toEqual([]);
  });

  test.each(each)("%s: what the file refers to is there", (_name, config) => {
    expect(unresolved(documentOf(synth(config), "compose"))).toEqual([]);
  });

  testWith("haproxy", "HAProxy takes the config of the balancer", (haproxy) => {
    const folder = written(synth("PORT: 9000\ndeploy: { replicas: 40 }\n"));
    const checked = spawnSync(haproxy, ["-c", "-f", join(folder, "compose/haproxy.cfg")], { encoding: "utf8" });
    expect(checked.status, checked.stderr).toBe(0);
    expect(checked.stderr).not.toMatch(/warning/i);
  });
});

/** Exit codes of `docker-compose config` for each of the files, and all that it said. */
function composeConfig(compose: string, files: string[]): { codes: (number | null)[]; stderr: string } {
  const [, python] = /^#!(\S*python\S*)$/m.exec(readFileSync(compose, "latin1").slice(0, 100)) ?? [];
  // Its first version takes a second to start: one process does for all.
  if (python !== undefined) {
    const { stdout, stderr } = spawnSync(python, ["-c", COMPOSE_EACH, compose, ...files], { encoding: "utf8" });
    return { codes: stdout.trim().split("\n").map(Number), stderr };
  }
  const ended = files.map((file) => spawnSync(compose, ["-f", file, "config", "-q"], { encoding: "utf8" }));
  return { codes: ended.map(({ status }) => status), stderr: ended.map(({ stderr }) => stderr).join("") };
}

const COMPOSE_EACH = `
import runpy, sys
script, *files = sys.argv[1:]
for file in files:
    sys.argv = [script, "-f", file, "config", "-q"]
    try:
        runpy.run_path(script, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code or 0
    print(code)
`;

/** Names that services of a file use and it does not have. */
function unresolved(document: any): string[] {
  const missing: string[] = [];
  const need = (kind: string, name: string) => {
    if (!Object.hasOwn(document[kind] ?? {}, name)) missing.push(`${kind}.${name}`);
  };
  for (const service of Object.values<any>(document.services)) {
    for (const { source } of service.secrets ?? []) need("secrets", source);
    for (const { source } of service.configs ?? []) need("configs", source);
    for (const network of service.networks ?? []) need("networks", network);
    for (const { type, source } of service.volumes ?? []) {
      if (type === "volume" && source !== undefined) need("volumes", source);
    }
  }
  return missing;
}

test("the validators refuse what is wrong", () => {
  const [stack] = documents(synth(), "swarm" satisfies Target);
  delete stack.secrets["rojob-apikey"];
  expect(unresolved(stack)).toEqual(["secrets.rojob-apikey"]);
  const service = documents(synth(), "kubernetes").find(({ spec }) => spec?.type === "LoadBalancer");
  const validate = strictValidator();
  expect(validate({ ...service, spec: { ...service.spec, type: "Balancer" } }).join()).toContain("allowed values");
  expect(composeProblems({ services: { a: { imgae: "x" } } }).join()).toContain("additional properties");
});
