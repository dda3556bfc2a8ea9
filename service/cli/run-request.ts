import { excludeEachOther, type FlagKinds, type ReadFlags, readNumber } from "./flags.js";
import { nodeFlags } from "./node-flags.js";

/** Flags of the commands that have something run on a node. */
export const runFlags = {
  ...nodeFlags,
  async: "none",
  wait: "value",
  timeout: "value",
  priority: "value",
  name: "value",
  callback: "value",
  idempotency: "value",
} as const satisfies FlagKinds;

/** Lines of the help about {@link runFlags}. */
export const runFlagsHelp = `  --timeout MS  longest time the run may take
  --async       does not wait: prints the uuid of the run once the node has recorded it
  --wait S      waits so many seconds; if the run goes on then, prints its uuid and ends with 4
  --priority N  sooner than waiting runs with a lower one
  --name NAME   becomes part of the uuid
  --callback URL     is told when the run has ended (its host has to be in the node's CALLBACKHOSTS)
  --idempotency KEY  however often this is sent, there is one run`;

/** How something is to be run. */
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
