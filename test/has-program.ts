import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Is a program of that name in the PATH? */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false; // not in this folder
    }
  });
}
