import { renameSync } from "node:fs";
import { rename, stat } from "node:fs/promises";
import path from "node:path";
import { linkExclusively } from "../base/files/exclusive-link.js";
import { otherTypeAt } from "../base/files/plain-files.js";
import type { Logger } from "../base/log/logger.js";

/** Moves files that cannot be parsed out of the way, for a user to inspect, and logs each once. */
export class SetAside {
  /** Files that are still in place: logged once. */
  private readonly logged = new Set<string>();

  constructor(
    private readonly folder: string,
    private readonly log: Logger,
  ) {}

  /** Logs that a file may not be read, and leaves it: it belongs to another user. */
  leave(file: string, error: Error): void {
    if (this.logged.has(file)) return;
    this.logged.add(file);
    this.log.error({ file, err: error }, "skipped an unreadable file of the work folder");
  }

  /**
   * Keeps a copy of a damaged file of a run, and logs that once. The file stays: it shows that there is such a run,
   * which ends with it.
   */
  async keepCopy(file: string, reason: string): Promise<void> {
    try {
      const status = await stat(file);
      // A folder cannot be linked, and a FIFO has no content; they are moved when a file takes their place.
      const copy = path.join(this.folder, `${path.basename(file)}.${status.ino}`);
      if (this.logged.has(copy)) return;
      this.logged.add(copy);
      if (status.isFile()) await linkExclusively(file, copy);
      this.log.error({ file, copy, reason }, "a file of a run is damaged: the file is kept, and the run ends");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT" || this.logged.has(file)) return;
      this.logged.add(file);
      this.log.error({ file, reason, err: error }, "a file of a run is damaged and cannot be copied");
    }
  }

  /** Moves something of another file type out of the way. */
  async moveOtherType(file: string): Promise<void> {
    const what = otherTypeAt(file);
    if (what !== undefined) await this.take(file, `it is ${what}`);
  }

  /** As {@link moveOtherType}, synchronous. */
  moveOtherTypeSync(file: string): void {
    const what = this.logged.has(file) ? undefined : otherTypeAt(file);
    if (what === undefined) return;
    const target = this.targetOf(file);
    try {
      renameSync(file, target);
      this.logMoved(file, target, `it is ${what}`);
    } catch (error) {
      this.logLeft(file, error, `it is ${what}`);
    }
  }

  async take(file: string, reason: unknown): Promise<void> {
    if (this.logged.has(file)) return;
    const target = this.targetOf(file);
    const why = reason instanceof Error ? reason.message : String(reason);
    try {
      await rename(file, target);
      this.logMoved(file, target, why);
    } catch (error) {
      this.logLeft(file, error, why);
    }
  }

  /** A file of the same name in there stays. */
  private targetOf(file: string): string {
    return path.join(this.folder, `${path.basename(file)}.${Date.now()}`);
  }

  private logMoved(file: string, movedTo: string, reason: string): void {
    this.log.error({ file, movedTo, reason }, "set aside a damaged file of the work folder");
  }

  private logLeft(file: string, error: unknown, reason: string): void {
    // Another node that shares the folder was faster, or removed it: nothing to log.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    this.logged.add(file);
    this.log.error({ file, reason, err: error }, "cannot set aside a damaged file of the work folder");
  }
}
