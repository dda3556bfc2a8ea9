import type { Origins } from "../../checks.js";
import type { Config, OptionName } from "../../schema.js";
import { secretOptions } from "../deploy-options.js";
import { hasCredentials } from "../queue-text.js";
import { type DeployValues, full } from "../read-deployment.js";
import { SettledEntries } from "./settled-entries.js";

/** Folders of the program and of its work folder in the image. */
export const imageFolder = "/rojob";
export const workFolder = `${imageFolder}/work`;

/** Invalid combinations of the deployment with the node's options. */
export function findOutside(source: DeployValues, config: Config, origins: Origins): string[] {
  const settled = new SettledEntries(source);
  const problems: string[] = [];
  const wrong = (name: OptionName, what: string) => {
    if (origins[name].kind !== "default") {
      problems.push(`${name}: ${JSON.stringify(config[name])} (${origins[name].text}) ${what}`);
    }
  };
  if (!["0.0.0.0", "::"].includes(config.LISTEN)) {
    wrong("LISTEN", "cannot be reached from outside the container; leave it out, or use 0.0.0.0 or ::");
  }
  if (config.PORT === 0) wrong("PORT", "means another port at each start, which clients cannot find; give a port");
  else if (config.PORT < 1024) wrong("PORT", "is not allowed for the user of the container; use a port from 1024");
  if (config.WORK !== workFolder) {
    wrong("WORK", `is not the work folder of the image, ${workFolder}; leave it out (see ${full("storage")})`);
  }
  if (config.LOG !== undefined && !`${config.LOG}/`.startsWith(`${workFolder}/`)) {
    wrong("LOG", `cannot be written to in a container; name a folder in ${workFolder}, or leave it out`);
  }
  if (config.PID !== undefined && !/^\/(?:tmp|rojob\/work)\//.test(config.PID)) {
    wrong("PID", "cannot be written to in a container; name a file in /tmp, or leave it out");
  }
  const most = settled.has("autoscaling.max") ? "autoscaling.max" : "replicas";
  if (settled.number(most) > 1) wrong("HOST", `would be the name of all nodes of ${settled.entry(most)}; leave it out`);
  if (!config.CONTAINER) wrong("CONTAINER", "is not what the image is; leave it out");
  return [...problems, ...secretOptions.flatMap((option) => findSecretConflicts(option, settled, config, origins))];
}

function findSecretConflicts(option: OptionName, settled: SettledEntries, config: Config, origins: Origins): string[] {
  const problems: string[] = [];
  const names = ["name", "file", "generate"].map((key) => `secrets.${option}.${key}`);
  const [name, file, generate] = names as [string, string, string];
  const sources = names.filter((entry) => settled.isGiven(entry) && (entry !== generate || settled.is(entry)));
  if (sources.length > 1) {
    const both = sources.slice(0, 2).map((entry) => settled.entry(entry));
    problems.push(`${both.join(" and ")} are two sources of ${option}; keep one`);
  }
  if (option === "QUEUECH" && sources.length > 0 && settled.text("queue.kind") !== "none") {
    problems.push(
      `${settled.entry(sources[0]!)} and ${settled.entry("queue.kind")} are two sources of QUEUECH; keep one`,
    );
  }
  if (origins[option].kind !== "default")
    problems.push(...findValueConflicts(option, sources, settled, config, origins));
  if (option !== "APIKEY") return problems;
  if (config.PRIVATE && sources.length > 0) {
    problems.push(
      `${settled.entry(sources[0]!)} and PRIVATE: true (${origins.PRIVATE.text}) are mutually exclusive; leave one of them out`,
    );
  } else if (!config.PRIVATE && sources.length === 0 && !settled.is(generate)) {
    problems.push(
      `${settled.entry(generate)} leaves the nodes without a common key; set ${full(name)} or ${full(file)}`,
    );
  }
  return problems;
}

/** Finds secrets that are given as a value. */
function findValueConflicts(
  option: OptionName,
  sources: readonly string[],
  settled: SettledEntries,
  config: Config,
  origins: Origins,
): string[] {
  const where = origins[option].text;
  if (option === "QUEUECH" && !hasCredentials(String(config.QUEUECH))) {
    const other = sources[0] ?? (settled.text("queue.kind") === "none" ? undefined : "queue.kind");
    if (other === undefined) return [];
    return [`QUEUECH: (${where}) and ${settled.entry(other)} are two sources of QUEUECH; keep one`];
  }
  const others = `${full(`secrets.${option}.name`)} or ${full(`secrets.${option}.file`)}`;
  return sources.length > 0
    ? [
        `${option}: a value (${where}) and ${settled.entry(sources[0]!)} are two sources of ${option}; leave the value out`,
      ]
    : [`${option}: a secret (${where}) is not written into manifests; leave it out and set its source with ${others}`];
}
