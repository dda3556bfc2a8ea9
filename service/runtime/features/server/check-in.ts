import { waitUntil } from "../../base/scheduler.js";
import { isDef, isFunction } from "../../base/values/types.js";
import { world } from "../../base/world.js";

/** One process a pid file, and the loop of one that stays. */

const DAEMON_MS = 5_000;

/** The id in a pid file. */
export function getPid(file: unknown): string {
  return world.host.files.readText(String(file));
}

/** Writes the own id to `file`; false when another process that lives is in it. Removed at the end. */
export function pidCheckIn(file: unknown): boolean {
  const path = String(file);
  const { files, process } = world.host;
  if (files.stat(path) !== "") {
    const pid = Number(files.readText(path).trim());
    if (pid > 0 && pid !== process.pid() && process.isAlive(pid)) return false;
  }
  files.write(path, String(process.pid()));
  world.engine().atEnd(() => void files.remove(path));
  return true;
}

/**
 * Makes sure that one process at a time runs under a pid file; ends this one when `onRunning` does not allow it.
 * @param onRunning gets the file when another one runs; true goes on
 */
export function checkIn(file: unknown, onRunning: (file: string) => unknown, onShutdown?: unknown, code = -1): boolean {
  const path = world.host.process.env("OAF_PIDFILE")?.trim() || (isDef(file) ? String(file) : "server.pid");
  const isFirst = pidCheckIn(path);
  if (!isFirst) {
    if (!onRunning(path)) return world.engine().exit(code);
    pidCheckIn(path);
  }
  if (isFunction(onShutdown)) world.engine().atEnd(onShutdown as () => void);
  return true;
}

/** Goes on until `step`, called every `ms`, gives true. */
export function daemon(ms = DAEMON_MS, step?: () => unknown): void {
  for (;;) {
    if (isFunction(step) && step()) return;
    waitUntil(() => false, ms);
  }
}
