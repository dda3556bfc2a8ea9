import type { OptionSpec } from "../option-spec.js";

/** Logs and metrics of the node. */
export const log = {
  LOG: {
    type: "folder",
    group: "log",
    help: "Folder of the node's log, one file per day, earlier days compressed; without it the log goes to the standard error output.",
  },
  LOGFORMAT: {
    type: "choice",
    group: "log",
    choices: ["text", "json"],
    default: "text",
    containerDefault: "json",
    help: "Log format: one readable line or one JSON object per event.",
  },
  LOGLEVEL: {
    type: "choice",
    group: "log",
    choices: ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
    default: "info",
    help: "Minimum level of the logged events.",
  },
} as const satisfies Record<string, OptionSpec>;
