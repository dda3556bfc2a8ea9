import { jobScope } from "../../base/job-scope.js";
import { globals } from "../../base/world.js";

/** A setting of `__flags`, where a job changed them or they were read; else `otherwise`, without loading them. */
export function flag<T>(name: string, otherwise: T): T {
  if (!Object.hasOwn(globals, "__flags")) return otherwise;
  return jobScope.__flags?.[name] ?? otherwise;
}

/** A global of job code as it is now; undefined when nobody has set it. */
export function ownGlobal(name: string): any {
  return Object.hasOwn(globals, name) ? globals[name] : undefined;
}

/** A setting that is true or false. @throws text when it is anything else */
export function boolean(value: unknown, name: string, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== "boolean") throw `${name} is not boolean`;
  return value;
}
