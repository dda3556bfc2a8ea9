import { callbackHostsPattern } from "../callback-hosts.js";
import type { OptionSpec } from "../option.js";

/** What is kept of runs, and for how long. */
export const store = {
  RESULTTTL: {
    type: "integer",
    group: "store",
    default: 7 * 86_400,
    unit: "s",
    min: 0,
    max: 315_360_000,
    help: "Time that ended runs are kept with their results; 0: for ever.",
  },
  KEEPRUNS: {
    type: "integer",
    group: "store",
    default: 20_000,
    min: 0,
    max: 10_000_000,
    help: "Most ended runs that are kept, the oldest go first; 0: no limit.",
  },
  LOGTTL: {
    type: "integer",
    group: "store",
    default: 7 * 86_400,
    unit: "s",
    min: 0,
    max: 315_360_000,
    help: "Time that the output of ended runs, and with LOG the node's log files, are kept; 0: for ever.",
  },
  IDEMPOTENCYTTL: {
    type: "integer",
    group: "store",
    default: 86_400,
    unit: "s",
    min: 1,
    max: 31_536_000,
    help: "Time that an Idempotency-Key stands for the run it was first sent with.",
  },
  CALLBACKHOSTS: {
    type: "text",
    group: "store",
    pattern: callbackHostsPattern,
    help: "Hosts that callbackUrl may name: name, name:port or *.domain, separated by commas; without it callbacks are refused.",
  },
} as const satisfies Record<string, OptionSpec>;
