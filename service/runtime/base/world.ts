import type { Engine } from "./engine.js";
import type { Host, RunRequest } from "./host.js";

/**
 * The one environment this script was evaluated for. The runtime bundle is evaluated once per environment, so a module
 * variable here is private to one run: nothing of it can be seen by another.
 */
export const world: World = {
  host: undefined as unknown as Host,
  request: undefined as unknown as RunRequest,
  // The build asks families for their names without preparing anything.
  engine: () => ({ stores: {} }) as Engine,
};

export interface World {
  /** The way out; set before anything else runs. */
  host: Host;
  /** The run this environment serves. */
  request: RunRequest;
  /** The engine that runs it, as the floors below it see it. A function: it is loaded when it is first asked for. */
  engine: () => Engine;
}

/** The global object job code sees, for names that are known only when the run says them; others are looked up by `jobScope`. */
export const globals = globalThis as unknown as Record<string, unknown>;

const { stringify } = JSON;
const { deleteProperty } = Reflect;
const jsonOwners = [Object, Array, String, Number, Boolean].map((made) => made.prototype as object);

/**
 * JSON of what a run gives back, whatever its jobs did to this realm's `JSON`: the text is read outside of it.
 * To be called at the end of the run, as it takes away `toJSON` methods jobs gave to all objects.
 */
export function outcomeText(value: unknown): string | undefined {
  for (let at = 0; at < 5; at++) deleteProperty(jsonOwners[at]!, "toJSON");
  return stringify(value);
}
