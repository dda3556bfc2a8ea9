import { keptApiKey } from "../config/api-key.js";
import { type Config, loadConfig } from "../config/index.js";
import { nodeProcesses } from "../supervisor/pid-files.js";
import { environmentForOne } from "./node-options.js";

const DEFAULT_PORT = 8787;

/** The node to ask, according to the options in effect and the work folder. */
export interface FoundHere {
  config: Config;
  /** Of a node of the work folder that lives; else where one would be. */
  url(): string;
  /** The one that is configured or kept; undefined when there is none. */
  apiKey(): string | undefined;
}

/** @throws ConfigError when an environment variable or the config file is wrong */
export function findHere(argv: readonly string[] = []): FoundHere {
  const { config } = loadConfig({ argv, env: environmentForOne() });
  return {
    config,
    url: () => nodeProcesses(config.WORK)[0]?.url ?? `http://127.0.0.1:${config.PORT || DEFAULT_PORT}`,
    apiKey: () => (config.PRIVATE ? undefined : (config.APIKEY ?? keptApiKey(config.WORK))),
  };
}
