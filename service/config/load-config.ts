import { availableParallelism, hostname } from "node:os";
import { resolve } from "node:path";
import { findConflicts, findWarnings, type Origins } from "./checks.js";
import { ConfigError } from "./config-error.js";
import type { DefaultFacts, OptionValue } from "./option-spec.js";
import { ownAddress } from "./own-address.js";
import { parseValue, WrongValue } from "./parse-value.js";
import { readSchedules, type Schedule } from "./schedules/index.js";
import { type Config, type OptionName, optionNames, optionSpec } from "./schema.js";
import { readArguments } from "./sources/arguments.js";
import { DEFAULT_CONFIG_FILE, readConfigFile } from "./sources/config-file.js";
import { readEnvironment, readVariableFiles } from "./sources/environment.js";
import { type Given, type Origin, type Source, wrongValue } from "./sources/given.js";

/** Sources of the options; everything but `argv` defaults to those of this process. */
export interface LoadOptions {
  /** Arguments after the command's name. */
  argv: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Folder of `rojob.config.yaml`, and base of relative paths. */
  cwd?: string;
  /** CPUs, name and address of the machine, for defaults. */
  machine?: { cpus: number; hostname: string; address?: string };
  /** Base of the options' relative paths, when the node will run elsewhere; default: `cwd`. */
  pathBase?: string;
}

export interface LoadedConfig {
  config: Config;
  origins: Origins;
  /** Schedules of the config file. */
  schedules: readonly Schedule[];
  /** Their place; undefined when there are none. */
  schedulesOrigin?: Origin;
  /** Lines for the log. */
  warnings: string[];
}

/**
 * Settles every option: argument over environment variable over NAME_FILE over config file over default.
 * @throws ConfigError with all problems
 */
export function loadConfig({
  argv,
  env = process.env,
  cwd = process.cwd(),
  machine,
  pathBase = cwd,
}: LoadOptions): LoadedConfig {
  const argumentSource = readArguments(argv);
  const environment = readEnvironment(env);
  // The file of a value with precedence over it need not exist.
  const files = readVariableFiles(env, cwd, (name) => !argumentSource.given.has(name) && !environment.given.has(name));
  const named = argumentSource.given.get("CONFIG") ?? environment.given.get("CONFIG");
  const configFile = readConfigFile(resolve(cwd, named?.text || DEFAULT_CONFIG_FILE), named);
  const sources = [argumentSource, environment, files, configFile];

  const problems = sources.flatMap((source) => source.problems);
  const { values, origins } = settle(
    sources,
    pathBase,
    machine ?? { cpus: availableParallelism(), hostname: hostname(), address: ownAddress() },
    problems,
  );
  const schedules = readSchedules(configFile.schedules, problems);
  const config = Object.freeze(Object.fromEntries(optionNames.map((name) => [name, values.get(name)]))) as Config;
  if (problems.length === 0) problems.push(...findConflicts(config, origins));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    config,
    origins,
    schedules,
    schedulesOrigin: configFile.schedules?.origin,
    warnings: findWarnings(config, origins),
  };
}

function settle(
  sources: readonly Source[],
  cwd: string,
  machine: { cpus: number; hostname: string; address?: string },
  problems: string[],
): { values: Map<OptionName, OptionValue>; origins: Origins } {
  const values = new Map<OptionName, OptionValue>();
  const origins = {} as Record<OptionName, Origin>;
  for (const name of optionNames) {
    const given = sources.find((source) => source.given.has(name))?.given.get(name);
    if (given === undefined) continue;
    origins[name] = given.origin;
    const value = readValue(name, given, cwd, problems);
    if (value !== undefined) values.set(name, value);
  }
  const inContainer = values.get("CONTAINER") === true;
  const facts: DefaultFacts = { ...machine, get: (name) => values.get(name as OptionName) };
  for (const name of optionNames) {
    if (origins[name] !== undefined) continue;
    const spec = optionSpec(name);
    const useContainer = inContainer && spec.containerDefault !== undefined;
    origins[name] = { kind: "default", text: useContainer ? "default (CONTAINER)" : "default" };
    let value = useContainer ? spec.containerDefault : spec.default;
    if (typeof value === "function") value = value(facts);
    else if (typeof value === "string") value = parseValue(spec, value, cwd);
    if (value !== undefined) values.set(name, value);
  }
  // As in the original: with a queue, runs that find no free worker here go to the nodes that have one.
  if (values.has("QUEUECH") && values.get("FORK") === true) {
    values.set("FORK", false);
    origins.FORK = { kind: origins.FORK.kind, text: "off with QUEUECH" };
  }
  return { values, origins };
}

function readValue(name: OptionName, given: Given, cwd: string, problems: string[]): OptionValue | undefined {
  if (given.text === "") {
    problems.push(`${name}: empty (${given.origin.text}); give it a value or leave it out`);
    return undefined;
  }
  try {
    return parseValue(optionSpec(name), given.text, cwd);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    problems.push(wrongValue(name, given, error.message));
    return undefined;
  }
}
