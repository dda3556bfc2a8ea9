import { callbackHostsPattern } from "../callback-hosts.js";
import type { OptionSpec } from "../option-spec.js";

/** Retention of runs. */
export const store = {
  RESULTTTL: {
    type: "integer",
    group: "store",
    default: 7 * 86_400,
    unit: "s",
    min: 0,
    max: 315_360_000,
    help: "Retention time of ended runs and their results; 0: forever.",
  },
  KEEPRUNS: {
    type: "integer",
    group: "store",
    default: 20_000,
    min: 0,
    max: 10_000_000,
    help: "Maximum number of ended runs to keep; the oldest are removed first; 0: no limit.",
  },
  LOGTTL: {
    type: "integer",
    group: "store",
    default: 7 * 86_400,
    unit: "s",
    min: 0,
    max: 315_360_000,
    help: "Retention time of the output of ended runs and, with LOG, of the node's log files; 0: forever.",
  },
  IDEMPOTENCYTTL: {
    type: "integer",
    group: "store",
    default: 86_400,
    unit: "s",
    min: 1,
    max: 31_536_000,
    help: "Time that an Idempotency-Key is remembered with its run.",
  },
  CALLBACKHOSTS: {
    type: "text",
    group: "store",
    pattern: callbackHostsPattern,
    help: "Hosts allowed in callbackUrl: name, name:port or *.domain, separated by commas; without it callbacks are rejected.",
  },
} as const satisfies Record<string, OptionSpec>;
