import type { AnyMap } from "../model/shapes.js";
import { engine } from "./engine.js";

/** The state of the run, or the separate one under `id`; `init` until it is set. */
export function getState(id = ""): string {
  return engine.states.get(String(id)) ?? "init";
}

/** Sets the state of the run, or the separate one under `id`. */
export function setState(state: string, id = ""): void {
  engine.states.set(String(id), state);
}

/** Does the state of the run let a job with these typeArgs run? */
export function stateAllows(typeArgs: AnyMap | undefined): boolean {
  const when = typeArgs?.when;
  if (when === undefined || when === null || when.length === 0) return true;
  const state = getState();
  if (state === "never" || state === "exit") return false;
  return (Array.isArray(when) ? when : [when]).includes(state);
}
