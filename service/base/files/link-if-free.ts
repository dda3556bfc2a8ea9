import { constants, copyFileSync, linkSync } from "node:fs";

/**
 * Gives a file a second name, unless there is a file of that name: unlike a rename, a link never replaces one. On file systems
 * without hard links the file is copied.
 * @returns false when there is a file of that name
 * @throws Error of the file system
 */
export function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
  }
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
