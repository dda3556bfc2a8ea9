import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import type { Plan } from "../deployment-plan.js";
import { patchedObjects } from "../patch.js";
import { addBrowser } from "./browser.js";
import { addMonitor } from "./monitor.js";
import { addNetworkPolicies } from "./network.js";
import { addAccount, addNodes } from "./nodes.js";
import { addQueue } from "./queue.js";
import { addScaling } from "./scaling.js";
import { addServices } from "./services.js";

/**
 * The Kubernetes objects of a deployment. They use the L1 constructs: the L2 ones add unwanted probes, resources and
 * selectors, and have no disruption budget, no seccomp profile and no topology spread.
 */
class NodesChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, plan.deploy.name, { disableResourceNameHashes: true });
    // Objects that pods need come before them.
    addAccount(this, plan);
    addNetworkPolicies(this, plan);
    addServices(this, plan);
    addQueue(this, plan);
    addNodes(this, plan);
    addScaling(this, plan);
    addBrowser(this, plan);
    addMonitor(this, plan);
  }
}

/**
 * The objects as plain data, in the order in which they are applied.
 * @throws ConfigError when a patch does not fit
 */
export function kubernetesObjects(plan: Plan): Record<string, unknown>[] {
  return patchedObjects(new NodesChart(new App(), plan).toJson(), plan.deploy.patches.kubernetes);
}
