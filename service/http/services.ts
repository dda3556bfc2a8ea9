import type { Runs } from "../runs/runs.js";
import type { Documents } from "./documents.js";
import type { HttpConfig } from "./options.js";
import type { RunFolder } from "./run-folder.js";
import type { Starter } from "./starter.js";

/** What the routes about runs share. */
export interface RunServices {
  config: HttpConfig;
  runs: Runs;
  starter: Starter;
  documents: Documents;
  folder: RunFolder;
}
