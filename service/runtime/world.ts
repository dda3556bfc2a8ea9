import type { Host, RunRequest } from "./host.js";

/**
 * The one environment this script was evaluated for. The runtime bundle is evaluated once per environment, so a module
 * variable here is private to one run: nothing of it can be seen by another.
 */
export const world: World = {
  host: undefined as unknown as Host,
  request: undefined as unknown as RunRequest,
};

export interface World {
  /** The way out; set before anything else runs. */
  host: Host;
  /** The run this environment serves. */
  request: RunRequest;
}

/** The global object job code sees, as an open map. */
export const globals = globalThis as unknown as Record<string, any>;
