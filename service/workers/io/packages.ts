import { createRequire } from "node:module";

/**
 * Loads a package that few runs need, when an operation first needs it; no bundle contains it.
 * @throws Error of code `MODULE_NOT_FOUND` when it is not installed
 */
export function load<T>(name: string): T {
  return createRequire(import.meta.url)(name) as T;
}
