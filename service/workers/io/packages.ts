import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Loads a package that few runs need, when an operation first needs it; no bundle contains it. Some packages are compiled into a
 * file of their own, beside the program (tools/program-bundle.mjs).
 * @throws Error of code `MODULE_NOT_FOUND` when it is not installed
 */
export function load<T>(name: string): T {
  const compiled = fileURLToPath(new URL(`../../../packages/${name}.cjs`, import.meta.url));
  return createRequire(import.meta.url)(existsSync(compiled) ? compiled : name) as T;
}
