import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import { onTestFinished } from "vitest";
import { type Target, targets } from "../../infra/deploy-target.js";
import { loadDeployment } from "../../service/config/deploy/index.js";
import { ConfigError } from "../../service/config/index.js";
import { type Synthesis, synthesize } from "../../service/synth/synthesize.js";

/** A folder with a config file, gone after the test. */
export function project(config = ""): string {
  const folder = mkdtempSync(join(tmpdir(), "rojob-synth-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (config !== "") writeFileSync(join(folder, "rojob.config.yaml"), config);
  return folder;
}

/** Files for a config file; the version is 1.2.3. */
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

const mainFile: Record<Target, RegExp> = {
  kubernetes: /^kubernetes\/[^.]+\.k8s\.yaml$/,
  swarm: /\.stack\.yaml$/,
  compose: /\/compose\.yaml$/,
};

/** The text of a target's manifest. */
export function textOf({ files }: Synthesis, target: Target): string {
  return files.find(({ path }) => mainFile[target].test(path))!.text;
}

/** The documents of a target's manifest, read back. */
export function documents(synthesis: Synthesis, target: Target): any[] {
  return yaml.loadAll(textOf(synthesis, target));
}

/** The one document of a target that has one. */
export function documentOf(synthesis: Synthesis, target: "swarm" | "compose"): any {
  return documents(synthesis, target)[0];
}

/** A file beside a manifest. */
export function fileOf({ files }: Synthesis, path: string): string {
  return files.find((file) => file.path === path)!.text;
}

/** The Kubernetes object of a kind, the first one or that of a name. */
export function objectOf(synthesis: Synthesis, kind: string, name?: string): any {
  return documents(synthesis, "kubernetes").find(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
}

/** The pod of the nodes. */
export function podOf(synthesis: Synthesis): any {
  return (objectOf(synthesis, "Deployment", "rojob") ?? objectOf(synthesis, "StatefulSet", "rojob")).spec.template.spec;
}

/** The text of the config file a target's nodes get. */
export function nodeConfigText(synthesis: Synthesis, target: Target): string {
  if (target === "kubernetes") return objectOf(synthesis, "ConfigMap").data["rojob.config.yaml"];
  return fileOf(synthesis, `${target}/rojob.config.yaml`);
}

/** Every option and variable a node of a target gets, as often as it gets it; of a secret the file is the value. */
export function settings(synthesis: Synthesis, target: Target): [string, string][] {
  const file = yaml.load(nodeConfigText(synthesis, target), { schema: yaml.FAILSAFE_SCHEMA }) as Record<string, string>;
  return [...Object.entries(file), ...variables(synthesis, target)];
}

function variables(synthesis: Synthesis, target: Target): [string, string][] {
  if (target !== "kubernetes") return Object.entries(documentOf(synthesis, target).services.rojob.environment);
  return podOf(synthesis).containers[0].env.map(({ name, value }: any) => [name, value ?? "from the pod"]);
}
