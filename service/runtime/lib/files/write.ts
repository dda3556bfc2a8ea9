import { asNio } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import { makeParents } from "../streams/files.js";

/** Writes, and makes missing folders above only when they turn out to be missing. */
export function writeData(path: string, data: string | Uint8Array, append = false): void {
  const { files } = world.host;
  asNio(path, () => {
    try {
      files.write(path, data, append);
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOENT") throw error;
      makeParents(path);
      files.write(path, data, append);
    }
  });
}
