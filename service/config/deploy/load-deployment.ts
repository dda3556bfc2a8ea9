import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import yaml from "js-yaml";
import { ConfigError } from "../config-error.js";
import { loadConfig } from "../load-config.js";
import type { OptionValue } from "../option-spec.js";
import type { Schedule } from "../schedules/index.js";
import { DEFAULT_CONFIG_FILE, DEPLOY_SECTION, readConfigFile } from "../sources/config-file.js";
import type { Given, Origin } from "../sources/given.js";
import { findDeployConflicts, findDeployWarnings, imageFolder, plainOptions } from "./checks/index.js";
import { type Deploy, makeDeploy } from "./deploy.js";
import { deployOptions } from "./deploy-options.js";
import { milliCpus } from "./deploy-spec.js";
import { type DeploySection, readDeploy, settleDeploy } from "./read-deployment.js";

export interface LoadDeploymentOptions {
  /** Config file; undefined: `rojob.config.yaml` in `cwd`, if there is one. */
  configFile?: string;
  /** `deploy.replicas=5` or `PORT=9000`: these take precedence over the config file. */
  settings: readonly string[];
  cwd: string;
  /** Version of this program. */
  version: string;
}

/** Input of all manifests. */
export interface LoadedDeployment {
  deploy: Deploy;
  /** The entries of the deployment that were given, by dotted name. */
  given: ReadonlyMap<string, Given>;
  /** Port the nodes listen on. */
  port: number;
  killGraceMs: number;
  /** Options of the nodes that are no secrets, in the form of a config file. */
  options: Readonly<Record<string, OptionValue>>;
  schedules: readonly Schedule[];
  warnings: string[];
}

/**
 * Reads the config file for nodes that will run elsewhere: this machine's environment and size do not count.
 * @throws ConfigError with all problems
 */
export function loadDeployment({ configFile, settings, cwd, version }: LoadDeploymentOptions): LoadedDeployment {
  const { deploySettings, argv } = splitSettings(settings);
  const file = resolve(cwd, configFile ?? DEFAULT_CONFIG_FILE);
  if (configFile !== undefined || existsSync(file)) argv.push(`CONFIG=${file}`);

  const section = argv.at(-1)?.startsWith("CONFIG=") ? readSection(file) : undefined;
  const source = readDeploy(section, deploySettings, cwd);
  const problems = [...source.problems];
  const cpus = source.given.get("resources.limits.cpu")?.text ?? String(deployOptions["resources.limits.cpu"]!.default);
  try {
    const loaded = loadConfig({
      argv: ["CONTAINER=true", ...argv],
      env: {},
      cwd,
      machine: { cpus: Math.max(1, Math.ceil(milliCpus(cpus) / 1000) || 1), hostname: "rojob" },
      pathBase: imageFolder,
    });
    const { config, origins } = loaded;
    const values = settleDeploy(source, { config, version }, cwd);
    if (problems.length === 0) problems.push(...findDeployConflicts(values, config, origins));
    if (problems.length === 0) {
      return {
        deploy: makeDeploy(values, (option) => resolve(cwd, `${values.values.get("name")}.${option.toLowerCase()}`)),
        given: values.given,
        port: config.PORT,
        killGraceMs: config.KILLGRACE,
        // A node sees the CPUs of its machine, not its share of them.
        options: { ...plainOptions(config, origins), WORKERS: config.WORKERS },
        schedules: loaded.schedules,
        warnings: [...loaded.warnings, ...findDeployWarnings(values, config)],
      };
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  }
  throw new ConfigError(problems);
}

/** The section twice: all texts, and with its types. */
function readSection(file: string): DeploySection | undefined {
  const section = readConfigFile(file).deploy;
  if (section === undefined) return undefined;
  const typed = yaml.load(readFileSync(file, "utf8"), { schema: yaml.CORE_SCHEMA }) as Record<string, unknown>;
  return { ...section, typed: typed[DEPLOY_SECTION] };
}

const settingOrigin: Origin = { kind: "argument", text: "--set" };

function splitSettings(settings: readonly string[]): { deploySettings: Map<string, Given>; argv: string[] } {
  const deploySettings = new Map<string, Given>();
  const argv: string[] = [];
  for (const setting of settings) {
    const equals = setting.indexOf("=");
    const name = equals < 0 ? setting : setting.slice(0, equals);
    if (equals < 0) throw new ConfigError([`--set ${name}: no value; write --set ${name}=value`]);
    const isDeploy = name === DEPLOY_SECTION || name.startsWith(`${DEPLOY_SECTION}.`);
    if (isDeploy) {
      deploySettings.set(name.slice(DEPLOY_SECTION.length + 1), {
        text: setting.slice(equals + 1),
        origin: settingOrigin,
      });
    } else argv.push(setting);
  }
  return { deploySettings, argv };
}
