import { compose } from "../../compose/target.js";
import type { DeployTarget, Target } from "../../infra/deploy-target.js";
import { kubernetes } from "../../infra/kubernetes/target.js";
import { swarm } from "../../swarm/target.js";

/** What writes the files of each target. */
export const deployTargets: Record<Target, DeployTarget> = { kubernetes, swarm, compose };
