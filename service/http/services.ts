import type { RunFolder } from "../catalog/run-folder.js";
import type { Runs } from "../model/runs.js";
import type { Documents } from "./body/documents.js";
import type { HttpConfig } from "./options.js";
import type { Starter } from "./starter.js";

/** What the routes about runs share. */
export interface RunServices {
  config: HttpConfig;
  runs: Runs;
  starter: Starter;
  documents: Documents;
  folder: RunFolder;
}
