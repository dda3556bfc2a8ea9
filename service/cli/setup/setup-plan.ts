import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { isLoopback, type LoadedConfig, type OptionName, optionNames, optionSpec } from "../../config/index.js";
import { formatValue } from "../../config/parse-value.js";

/** Input for the files of `rojob setup`. */
export interface SetupPlan {
  /** Absolute path of the folder that the files are written to. */
  folder: string;
  /** The command of `rojob` on this machine: program and arguments. */
  program: string[];
  workFolder: string;
  /** At least one. */
  ports: number[];
  /** URL of the first node, for clients on this machine. */
  url: string;
  /** Undefined with PRIVATE=true. */
  apiKey: string | undefined;
  /** The given options except APIKEY and PORT, as texts; paths are absolute. */
  options: [OptionName, string][];
  /** KILLGRACE, ms. */
  killGraceMs: number;
}

/** @param loaded the options that the nodes will have */
export function planSetup(loaded: LoadedConfig, ports: number[], apiKey: string | undefined): SetupPlan {
  const { config, origins } = loaded;
  const isGiven = (name: OptionName): boolean =>
    name === "WORK" || (origins[name].kind === "argument" && name !== "APIKEY" && name !== "PORT");
  const isEverywhere = isLoopback(config.LISTEN) || config.LISTEN === "0.0.0.0" || config.LISTEN === "::";
  const host = isEverywhere ? "127.0.0.1" : config.LISTEN;
  return {
    folder: process.cwd(),
    program: [process.execPath, ...process.execArgv, realpathSync(resolve(process.argv[1]!))],
    workFolder: config.WORK,
    ports,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${ports[0]}`,
    apiKey,
    options: optionNames.filter(isGiven).map((name) => [name, formatValue(optionSpec(name), config[name]!)]),
    killGraceMs: config.KILLGRACE,
  };
}
