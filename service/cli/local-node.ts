import { keptApiKey } from "../config/api-key.js";
import { type Config, loadConfig } from "../config/index.js";
import { nodeProcesses } from "../supervisor/pid-files.js";
import { environmentForOne } from "./node-options.js";

const DEFAULT_PORT = 8787;

/** The node that the options in effect and the work folder lead to. */
export interface LocalNode {
  config: Config;
  /** URL of a running node of the work folder; if there is none, the URL that the options give. */
  url(): string;
  /** The configured key or the one in the work folder; undefined when there is none. */
  apiKey(): string | undefined;
}

/** @throws ConfigError when an environment variable or the config file is wrong */
export function findLocalNode(argv: readonly string[] = []): LocalNode {
  const { config } = loadConfig({ argv, env: environmentForOne() });
  return {
    config,
    url: () => nodeProcesses(config.WORK)[0]?.url ?? `http://127.0.0.1:${config.PORT || DEFAULT_PORT}`,
    apiKey: () => (config.PRIVATE ? undefined : (config.APIKEY ?? keptApiKey(config.WORK))),
  };
}
