import { compose } from "../../compose/target.js";
import type { DeployTarget, Target } from "../../infra/deploy-target.js";
import { kubernetes } from "../../infra/kubernetes/target.js";
import { swarm } from "../../swarm/target.js";

/** The writers of the targets. */
export const deployTargets: Record<Target, DeployTarget> = { kubernetes, swarm, compose };
