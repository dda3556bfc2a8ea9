import type { StartOperation } from "./operation.js";
import { startProcess } from "./process.js";

/** Every kind of operation the I/O thread knows. */
export const kinds: Record<string, StartOperation> = {
  process: startProcess,
};
