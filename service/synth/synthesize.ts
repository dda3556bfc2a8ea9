import { join } from "node:path";
import { type Target, targets } from "../../infra/deploy-target.js";
import { makePlan } from "../../infra/deployment-plan.js";
import type { SynthFile } from "../../infra/document.js";
import { generalWarningsOf, warningsOf } from "../../infra/warnings.js";
import type { LoadedDeployment } from "../config/deploy/index.js";
import { deployTargets } from "./deploy-targets.js";

/** The synthesised files, and notes for the user. */
export interface Synthesis {
  files: SynthFile[];
  warnings: string[];
}

/**
 * The files of the targets for a deployment.
 * @param out absolute folder of the files: paths of secrets' files are relative to it
 * @throws ConfigError when a patch does not fit, or a secret that is to be embedded cannot be read
 */
export function synthesize(loaded: LoadedDeployment, wanted: readonly Target[], out: string): Synthesis {
  const plan = makePlan(loaded);
  const chosen = targets.filter((target) => wanted.includes(target));
  return {
    files: chosen.flatMap((target) => deployTargets[target].files(plan, join(out, target))),
    warnings: [
      ...loaded.warnings,
      ...generalWarningsOf(plan),
      ...chosen.flatMap((target) => warningsOf(plan, target, deployTargets[target])),
    ],
  };
}
