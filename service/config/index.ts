/**
 * The configuration: one schema (`schema.ts`), the loader that settles every option from arguments, environment and
 * files (`load-config.ts`), the deployment section (`deploy/`), and what is generated from the schema (`generated/`).
 */

export { isLoopback } from "../base/loopback.js";
export { ConfigError, MASK } from "./config-error.js";
export { type LoadedConfig, type LoadOptions, loadConfig } from "./load-config.js";
export type { Overlap, Schedule } from "./schedules/index.js";
export { type Config, type OptionName, optionNames, optionSpec, options } from "./schema.js";
export type { Origin } from "./sources/given.js";
