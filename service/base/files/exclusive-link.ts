import { constants, copyFile, link, stat } from "node:fs/promises";

/**
 * Gives a file a second name; false when the name is taken.
 * @throws Error of the file system
 */
export async function linkExclusively(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // NFS says so, too, when its answer to the first request was lost.
    if (code === "EEXIST") return isSameFile(from, to);
    // Some file systems have no hard links; a copy is second best, as its content is not there at once.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
  }
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isSameFile(from: string, to: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([stat(from), stat(to)]);
    return one.nlink > 1 && one.ino === other.ino && one.dev === other.dev;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
