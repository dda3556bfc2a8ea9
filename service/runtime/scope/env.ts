import { world } from "../world.js";
import { fromJsSlon } from "./slon.js";

/** Environment variables of the run. */

type Texts = Record<string, string>;

const readAll = (): Texts => JSON.parse(world.host.process.envs()) as Texts;

let known: Texts | undefined;

/** `value` if there is one, else the variable `name`, else `fallback`. */
function envOr(name: string, value?: unknown, fallback?: unknown, isJson = false): unknown {
  if (value !== undefined) return value;
  const text = world.host.process.env(String(name));
  if (text === undefined) return fallback;
  return isJson ? fromJsSlon(text) : text;
}

export const scope = {
  getEnv: (name: unknown) => world.host.process.env(String(name)),
  getEnvs: readAll,
  getEnvsDef: envOr,
  /** A map jobs look into, and sometimes write to; the same one all through the run. */
  get __envs(): Texts {
    known ??= readAll();
    return known;
  },
};
