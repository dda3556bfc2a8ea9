import { join } from "node:path";
import { composeText } from "../compose/file.js";
import type { LoadedDeployment } from "../service/config/deploy/index.js";
import { ConfigError } from "../service/config/errors.js";
import { swarmText } from "../swarm/stack.js";
import type { SynthFile } from "./document.js";
import { kubernetesText } from "./kubernetes/text.js";
import { makePlan, type Plan } from "./plan.js";

export const targets = ["kubernetes", "swarm", "compose"] as const;
export type Target = (typeof targets)[number];

/** What came out, and what the user should know. */
export interface Synthesis {
  files: SynthFile[];
  warnings: string[];
}

/**
 * The files of the targets for a deployment.
 * @param out absolute folder the files will be in: secrets' files are referred to from there
 * @throws ConfigError when a target cannot have what is asked for
 */
export function synthesize(loaded: LoadedDeployment, wanted: readonly Target[], out: string): Synthesis {
  const plan = makePlan(loaded);
  if (wanted.includes("compose")) checkCompose(plan);
  const { name } = loaded.deploy;
  const make: Record<Target, () => SynthFile> = {
    kubernetes: () => ({ path: `kubernetes/${name}.k8s.yaml`, text: kubernetesText(plan, join(out, "kubernetes")) }),
    swarm: () => ({ path: `swarm/${name}.stack.yaml`, text: swarmText(plan, join(out, "swarm")) }),
    compose: () => ({ path: "compose/compose.yaml", text: composeText(plan, join(out, "compose")) }),
  };
  const files = targets.filter((target) => wanted.includes(target)).map((target) => make[target]());
  return { files, warnings: [...loaded.warnings, ...wanted.flatMap((target) => warningsOf(plan, target))] };
}

function checkCompose({ secrets }: Plan): void {
  const problems = secrets
    .filter(({ file }) => file === undefined)
    .map(
      ({ option, name }) =>
        `deploy.secrets.${option}.name: ${name} cannot be had by Compose, which takes files only; add deploy.secrets.${option}.file, or choose --target kubernetes or swarm`,
    );
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What a target cannot express. */
function warningsOf({ deploy: { storage } }: Plan, target: Target): string[] {
  if (target === "kubernetes") {
    return storage.kind === "host"
      ? [
          "deploy.storage.kind: host is refused by Kubernetes where namespaces enforce baseline or restricted Pod Security",
        ]
      : [];
  }
  return storage.kind === "volume" && storage.storageClass !== undefined
    ? [`deploy.storage.class: ${storage.storageClass} has no meaning for ${target}`]
    : [];
}
