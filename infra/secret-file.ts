import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { ConfigError } from "../service/config/config-error.js";
import { type PlannedSecret, USER } from "./deployment-plan.js";

type Kept = Pick<PlannedSecret, "option" | "file" | "isGenerated">;

/**
 * Creates the file of a generated secret, unless it exists.
 * @returns was it created?
 */
export function keepGenerated({ file, isGenerated }: Kept): boolean {
  if (!isGenerated || file === undefined || existsSync(file)) return false;
  writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o400, flag: "wx" });
  // Compose mounts the file itself into the container.
  if (process.getuid?.() === 0) chownSync(file, USER, USER);
  return true;
}

/**
 * Why the containers of Compose, which mount the file itself, cannot read it.
 * @returns a line for the user; undefined when they can, or the file does not exist yet
 */
export function unreadableWarning({ option, file }: Kept): string | undefined {
  if (file === undefined || process.platform === "win32" || !existsSync(file)) return undefined;
  const { uid, mode } = statSync(file);
  const isReadable = (mode & (uid === USER ? 0o400 : 0o004)) !== 0;
  if (isReadable) return undefined;
  return `secrets.${option}: ${file} belongs to user ${uid}, but the containers of compose read it as user ${USER}; run: sudo chown ${USER} ${file}`;
}

/**
 * The value in a secret's file, without the line end that editors leave.
 * @throws ConfigError when it cannot be read
 */
export function readSecret({ option, file }: PlannedSecret): string {
  try {
    return readFileSync(file!, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new ConfigError([`deploy.secrets.${option}.file: ${file} cannot be read: ${(error as Error).message}`]);
  }
}

/** The command that creates a secret's file, for header comments; undefined when the file is created anyway. */
export function keyFileHint({ isGenerated }: PlannedSecret, path: string): string | undefined {
  return isGenerated ? undefined : `printf %s "$(openssl rand -hex 24)" > ${path}`;
}
