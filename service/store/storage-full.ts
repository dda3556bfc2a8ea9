import { ServiceError } from "../base/errors.js";
import { isRefusedBySystem } from "./folder-health.js";

/**
 * Writes that belong to the acceptance of a run, besides the run itself.
 * @throws ServiceError `storage_full` when the system refuses to write
 */
export async function orStorageFull<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (cause) {
    if (!isRefusedBySystem(cause)) throw cause;
    throw new ServiceError("storage_full", { reason: `the work folder cannot be written (${cause.code})` }, { cause });
  }
}
