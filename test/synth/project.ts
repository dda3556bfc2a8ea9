import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import { onTestFinished } from "vitest";
import { type Synthesis, synthesize, type Target, targets } from "../../infra/synthesize.js";
import { loadDeployment } from "../../service/config/deploy/index.js";
import { ConfigError } from "../../service/config/index.js";

/** A folder with a config file, gone after the test. */
export function project(config = ""): string {
  const folder = mkdtempSync(join(tmpdir(), "rojob-synth-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (config !== "") writeFileSync(join(folder, "rojob.config.yaml"), config);
  return folder;
}

/** What comes out for a config file; the version is 1.2.3. */
export function synth(config = "", settings: string[] = [], wanted: readonly Target[] = targets): Synthesis {
  const cwd = project(config);
  return synthesize(loadDeployment({ settings, cwd, version: "1.2.3" }), wanted, join(cwd, "dist"));
}

/** The lines a config file is refused with; empty when it is not. */
export function problemsOf(config: string, settings: string[] = [], wanted?: readonly Target[]): readonly string[] {
  try {
    synth(config, settings, wanted);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

/** The documents of a target, read back. */
export function documents({ files }: Synthesis, target: Target): any[] {
  return yaml.loadAll(files.find(({ path }) => path.startsWith(`${target}/`))!.text);
}

/** Every variable a node of a target gets, as often as it gets it; a secret's has its file as value. */
export function variables(synthesis: Synthesis, target: Target): [string, string][] {
  if (target !== "kubernetes") {
    const [{ services }] = documents(synthesis, target);
    return Object.values<any>(services).flatMap((service) => Object.entries<string>(service.environment));
  }
  const objects = documents(synthesis, target);
  const container = podOf(synthesis).containers[0];
  const maps = container.envFrom.map(({ configMapRef }: any) =>
    objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === configMapRef.name),
  );
  return [
    ...maps.flatMap(({ data }: any) => Object.entries<string>(data)),
    ...container.env.map(({ name, value }: any) => [name, value ?? "from the pod"]),
  ];
}

/** The pod of the Deployment. */
export function podOf(synthesis: Synthesis): any {
  return documents(synthesis, "kubernetes").find(({ kind }) => kind === "Deployment").spec.template.spec;
}
