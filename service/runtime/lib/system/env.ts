import { world } from "../../base/world.js";
import { fromJsSlon } from "../data/slon.js";

/** Environment variables of the run. */

type Texts = Record<string, string>;

export const readAll = (): Texts => JSON.parse(world.host.process.envs()) as Texts;

let known: Texts | undefined;

/** `value` if there is one, else the variable `name`, else `fallback`. */
export function envOr(name: string, value?: unknown, fallback?: unknown, isJson = false): unknown {
  if (value !== undefined) return value;
  const text = world.host.process.env(String(name));
  if (text === undefined) return fallback;
  return isJson ? fromJsSlon(text) : text;
}

export const getEnv = (name: unknown) => world.host.process.env(String(name));

/** A map jobs look into, and sometimes write to; the same one all through the run. */
export function knownEnvs(): Texts {
  known ??= readAll();
  return known;
}
