import { join } from "node:path";
import { composeFiles } from "../../compose/text.js";
import type { SynthFile } from "../../infra/document.js";
import { kubernetesSecretsText, kubernetesText } from "../../infra/kubernetes/text.js";
import { makePlan, type Plan } from "../../infra/plan.js";
import { type Target, targets } from "../../infra/targets.js";
import { generalWarningsOf, warningsOf } from "../../infra/warnings.js";
import { swarmFiles } from "../../swarm/text.js";
import type { LoadedDeployment } from "../config/deploy/index.js";

/** The synthesised files, and notes for the user. */
export interface Synthesis {
  files: SynthFile[];
  warnings: string[];
}

const makers: Record<Target, (plan: Plan, folder: string) => SynthFile[]> = {
  kubernetes: kubernetesFiles,
  swarm: swarmFiles,
  compose: composeFiles,
};

/**
 * The files of the targets for a deployment.
 * @param out absolute folder of the files: paths of secrets' files are relative to it
 * @throws ConfigError when a patch does not fit, or a secret that is to be embedded cannot be read
 */
export function synthesize(loaded: LoadedDeployment, wanted: readonly Target[], out: string): Synthesis {
  const plan = makePlan(loaded);
  const chosen = targets.filter((target) => wanted.includes(target));
  return {
    files: chosen.flatMap((target) => makers[target](plan, join(out, target))),
    warnings: [...loaded.warnings, ...generalWarningsOf(plan), ...chosen.flatMap((target) => warningsOf(plan, target))],
  };
}

function kubernetesFiles(plan: Plan, folder: string): SynthFile[] {
  const { name, embedSecrets } = plan.deploy;
  const files: SynthFile[] = [{ path: `kubernetes/${name}.k8s.yaml`, text: kubernetesText(plan, folder) }];
  if (embedSecrets && plan.secrets.some(({ isExisting }) => !isExisting)) {
    files.push({ path: `kubernetes/${name}.secrets.k8s.yaml`, text: kubernetesSecretsText(plan), isSecret: true });
  }
  return files;
}
