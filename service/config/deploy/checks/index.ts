/** Invalid combinations in a deployment, and warnings. */
import type { Origins } from "../../checks.js";
import type { OptionValue } from "../../option-spec.js";
import { formatValue } from "../../parse-value.js";
import { type Config, optionNames, optionSpec } from "../../schema.js";
import { deployOptions } from "../deploy-options.js";
import { hasQueue, mostMemory } from "../options/resources.js";
import { hasCredentials } from "../queue-text.js";
import { type DeployValues, full } from "../read-deployment.js";
import { findInside } from "./inside.js";
import { findOutside } from "./outside.js";

export { imageFolder, workFolder } from "./outside.js";

/** Invalid combinations within the deployment, and of it with the node's options. */
export function findDeployConflicts(source: DeployValues, config: Config, origins: Origins): string[] {
  return [...findInside(source), ...findOutside(source, config, origins)];
}

/** Allowed combinations that need a warning, each as a line. */
export function findDeployWarnings({ values, given }: DeployValues, config: Config): string[] {
  const warnings: string[] = [];
  const sharesQueue = hasQueue(
    config,
    (name) => values.get(name),
    (name) => given.has(name),
  );
  const limit = "resources.limits.memory";
  const most = mostMemory(config, sharesQueue);
  if (given.has(limit) && Number(values.get(limit)) < most) {
    warnings.push(
      `${full(limit)}: ${given.get(limit)!.text} is less than the ${formatValue(deployOptions[limit]!, most)} that WORKERS and MAXFORKS with JOBMEMORY may take`,
    );
  }
  if (values.get("network.egress") === "closed" && sharesQueue && values.get("queue.kind") === "none") {
    warnings.push(
      `${full("network.egress")}: closed blocks the queue of QUEUECH; set its address with ${full("queue")}`,
    );
  }
  return warnings;
}

/**
 * Options that a manifest has to pass to the node unchanged: the given ones, without secrets and without those that
 * only the loader reads. A QUEUECH that only gives the address of the queue is no secret.
 */
export function plainOptions(config: Config, origins: Origins): Record<string, OptionValue> {
  const isPlain = (name: (typeof optionNames)[number]) =>
    !optionSpec(name).secret || (name === "QUEUECH" && !hasCredentials(String(config[name])));
  const entries = optionNames
    .filter((name) => !optionSpec(name).notInFile && config[name] !== undefined && isPlain(name))
    .filter((name) => origins[name].kind !== "default")
    .map((name) => {
      const value = config[name]!;
      return [name, optionSpec(name).type === "bytes" ? formatValue(optionSpec(name), value) : value];
    });
  return Object.fromEntries(entries);
}
