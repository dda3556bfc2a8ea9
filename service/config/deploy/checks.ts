import type { Origins } from "../checks.js";
import { formatValue } from "../parse.js";
import { type Config, optionNames, optionSpec } from "../schema.js";
import { milliCpus } from "./option.js";
import { deployOptions, mostMemory, secretOptions } from "./options.js";
import { type DeployValues, full } from "./read.js";

/** Where the program and its work folder are in the image. */
export const imageFolder = "/rojob";
export const workFolder = `${imageFolder}/work`;

/** Combinations within the deployment, and of it with the node's options, that cannot be. */
export function findDeployConflicts(deploy: DeployValues, config: Config, origins: Origins): string[] {
  return [...findInside(deploy), ...findOutside(deploy, config, origins)];
}

function findInside({ values, given }: DeployValues): string[] {
  const problems: string[] = [];
  const said = (name: string) => `${values.get(name)} (${given.get(name)?.origin.text ?? "default"})`;
  for (const resource of ["cpu", "memory"]) {
    const [request, limit] = [`resources.requests.${resource}`, `resources.limits.${resource}`];
    if (amount(values.get(request)!) > amount(values.get(limit)!)) {
      problems.push(`${full(request)}: ${said(request)} is more than ${full(limit)}: ${said(limit)}`);
    }
  }
  const kind = values.get("storage.kind");
  if (kind === "host" && !values.has("storage.path")) {
    problems.push(`${full("storage.kind")}: ${said("storage.kind")} needs ${full("storage.path")}, the folder`);
  }
  const kinds = {
    path: ["host"],
    name: ["volume"],
    class: ["volume"],
    access: ["volume"],
    size: ["volume", "ephemeral"],
  };
  for (const [key, fitting] of Object.entries(kinds)) {
    const name = `storage.${key}`;
    if (given.has(name) && !fitting.includes(String(kind))) {
      problems.push(
        `${full(name)}: ${said(name)} needs ${full("storage.kind")}: ${fitting.join(" or ")}, which is ${said("storage.kind")}`,
      );
    }
  }
  if (kind === "volume" && values.get("storage.access") === "readwriteonce" && Number(values.get("replicas")) > 1) {
    problems.push(
      `${full("storage.access")}: ${said("storage.access")} is for one node, and ${full("replicas")} is ${said("replicas")}; use readwritemany, or replicas: 1`,
    );
  }
  const lastPort = Number(values.get("port")) + Number(values.get("replicas")) - 1;
  if (lastPort > 65535) {
    problems.push(
      `${full("port")}: ${said("port")} leaves no room for ${full("replicas")}: ${said("replicas")}; ports end at 65535`,
    );
  }
  return problems;
}

function findOutside({ values, given }: DeployValues, config: Config, origins: Origins): string[] {
  const problems: string[] = [];
  const wrong = (name: keyof Config, what: string) => {
    if (origins[name].kind !== "default") {
      problems.push(`${name}: ${JSON.stringify(config[name])} (${origins[name].text}) ${what}`);
    }
  };
  if (!["0.0.0.0", "::"].includes(config.LISTEN)) {
    wrong("LISTEN", "is not what a container is reached at; leave it out, or use 0.0.0.0 or ::");
  }
  if (config.PORT === 0) wrong("PORT", "is another port at each start, which nothing outside can find; name one");
  else if (config.PORT < 1024) wrong("PORT", "is not allowed for the user of the container; name one from 1024");
  if (config.WORK !== workFolder) {
    wrong("WORK", `is not the work folder of the image, ${workFolder}; leave it out (see ${full("storage")})`);
  }
  if (config.LOG !== undefined && !`${config.LOG}/`.startsWith(`${workFolder}/`)) {
    wrong("LOG", `cannot be written to in a container; name a folder in ${workFolder}, or leave it out`);
  }
  if (Number(values.get("replicas")) > 1) {
    const count = `${values.get("replicas")} (${given.get("replicas")?.origin.text ?? "default"})`;
    wrong("HOST", `would be the name of each of the ${full("replicas")}: ${count}; leave it out`);
  }
  for (const option of secretOptions) {
    const [name, file] = [`secrets.${option}.name`, `secrets.${option}.file`];
    if (origins[option].kind !== "default") {
      problems.push(
        `${option}: a secret (${origins[option].text}) is not written into manifests; leave it out and say with ${full(name)} or ${full(file)} where it is`,
      );
    } else if (option === "APIKEY" && config.PRIVATE && (given.has(name) || given.has(file))) {
      const source = given.has(name) ? name : file;
      problems.push(
        `${full(source)}: (${given.get(source)!.origin.text}) and PRIVATE: true (${origins.PRIVATE.text}) exclude each other; leave one of them out`,
      );
    }
  }
  return problems;
}

/** What is allowed but worth telling, each as a line. */
export function findDeployWarnings({ values, given }: DeployValues, config: Config): string[] {
  const limit = "resources.limits.memory";
  if (!given.has(limit) || Number(values.get(limit)) >= mostMemory(config)) return [];
  const most = formatValue(deployOptions[limit]!, mostMemory(config));
  return [
    `${full(limit)}: ${given.get(limit)!.text} is less than the ${most} that WORKERS and MAXFORKS with JOBMEMORY may take`,
  ];
}

/** Options a manifest has to hand to the node as they are: those given, besides secrets and what only the loader reads. */
export function plainOptions(config: Config, origins: Origins): Record<string, string> {
  const entries = optionNames
    .filter((name) => !optionSpec(name).secret && !optionSpec(name).notInFile && config[name] !== undefined)
    .filter((name) => origins[name].kind !== "default")
    .map((name) => [name, formatValue(optionSpec(name), config[name]!)]);
  return Object.fromEntries(entries);
}

function amount(value: unknown): number {
  return typeof value === "string" ? milliCpus(value) : Number(value);
}
