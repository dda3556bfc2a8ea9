import { createRequire } from "node:module";

/**
 * A package that few runs need: it is loaded when an operation first asks for it, and no bundle contains it.
 * @throws Error of code `MODULE_NOT_FOUND` when it is not installed
 */
export function load<T>(name: string): T {
  return createRequire(import.meta.url)(name) as T;
}
