import type { OJobSources } from "./ojob-source.js";
import type { HttpConfig } from "./options.js";
import type { RunFolder } from "./run-folder.js";
import type { Runner } from "./runner.js";

/** What the routes that run something share. */
export interface RunServices {
  config: HttpConfig;
  runner: Runner;
  sources: OJobSources;
  folder: RunFolder;
}
