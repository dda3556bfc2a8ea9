import { excludeEachOther, type FlagSpecs, type ReadFlags, readNumber } from "./flags.js";
import { nodeFlags } from "./node-flags.js";

/** Flags of the commands that start a run on a node. */
export const runFlags = {
  ...nodeFlags,
  json: {},
  timeout: { value: "MS", help: "time limit of the run" },
  async: { help: "do not wait; print the uuid of the run once the node has recorded it" },
  wait: {
    value: "S",
    help: "wait at most S seconds; if the run has not ended, print its uuid and exit with 4",
  },
  priority: { value: "N", help: "start before waiting runs with a lower priority" },
  name: { value: "NAME", help: "part of the uuid" },
  callback: {
    value: "URL",
    help: "notify this URL when the run has ended (its host must be in the node's CALLBACKHOSTS)",
  },
  idempotency: { value: "KEY", help: "start only one run for all requests with this key" },
} as const satisfies FlagSpecs;

/** Settings of a run. */
export interface RunSettings {
  isAsync: boolean;
  /** Longest time to wait for the end, s. */
  waitS?: number;
  timeoutMs?: number;
  priority?: number;
  name?: string;
  callbackUrl?: string;
  idempotencyKey?: string;
}

/** @throws UsageError */
export function readRunSettings(flags: ReadFlags<typeof runFlags>): RunSettings {
  excludeEachOther(flags, "async", "wait");
  return {
    isAsync: flags.has("async"),
    waitS: readNumber("--wait", flags.get("wait"), { unit: "seconds" }),
    timeoutMs: readNumber("--timeout", flags.get("timeout"), { unit: "ms" }),
    priority: readNumber("--priority", flags.get("priority"), { least: -1_000_000 }),
    name: flags.get("name"),
    callbackUrl: flags.get("callback"),
    idempotencyKey: flags.get("idempotency"),
  };
}
