import type { OptionSpec } from "../option.js";

/** What the node tells about itself. */
export const log = {
  LOG: {
    type: "folder",
    group: "log",
    help: "Folder of the node's log, a file a day, former days compressed; without it the log goes to the standard error output.",
  },
  LOGFORMAT: {
    type: "choice",
    group: "log",
    choices: ["text", "json"],
    default: "text",
    containerDefault: "json",
    help: "One readable line, or one JSON object, an event.",
  },
  LOGLEVEL: {
    type: "choice",
    group: "log",
    choices: ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
    default: "info",
    help: "Least important events that are still logged.",
  },
} as const satisfies Record<string, OptionSpec>;
