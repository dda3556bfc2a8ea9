import { closeSync, openSync } from "node:fs";
import { openToAppend } from "../base/files/plain-files.js";
import { writeAll } from "../base/files/write-all.js";
import { type FolderHealth, isRefusedBySystem } from "./folder-health.js";
import type { SetAside } from "./set-aside.js";
import type { StorePaths } from "./store-paths.js";

/** Longest delay of a line, so that lines are written in batches, ms. */
const BATCH_DELAY_MS = 50;
/** Characters that are written without delay: memory stays flat however fast a job prints. */
const BATCH_CHARACTERS = 256 * 1024;
/** Files kept open; the oldest is closed for a new one. */
const MAX_OPEN = 128;

interface OpenLog {
  text: string;
  fd?: number;
  /** It has a file. */
  isWritten: boolean;
  /** Characters that were dropped. */
  dropped: number;
}

/** Output of runs on its way to their files. The first write of a run makes its file. */
export class RunLogs {
  private readonly logs = new Map<string, OpenLog>();
  private readonly waiting = new Set<string>();
  private openFiles = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param more called when there is more output of a run */
  constructor(
    private readonly places: StorePaths,
    private readonly folderHealth: FolderHealth,
    private readonly aside: Pick<SetAside, "moveOtherTypeSync">,
    private readonly more: (uuid: string) => void,
  ) {}

  append(uuid: string, line: string): void {
    let log = this.logs.get(uuid);
    if (log === undefined) this.logs.set(uuid, (log = { text: "", isWritten: false, dropped: 0 }));
    log.text += `${line}\n`;
    if (log.text.length > BATCH_CHARACTERS) return this.write(uuid, log);
    this.waiting.add(uuid);
    this.timer ??= setTimeout(() => this.flush(), BATCH_DELAY_MS).unref();
  }

  /** Writes the waiting output of one run, so that its file is complete. */
  flushOne(uuid: string): void {
    const log = this.logs.get(uuid);
    if (log !== undefined && (log.text !== "" || log.dropped > 0)) this.write(uuid, log);
  }

  /** Is there output of a run that was not closed? */
  isOpen(uuid: string): boolean {
    return this.logs.has(uuid);
  }

  /** Ends a log. @returns does it have a file? */
  close(uuid: string): boolean {
    this.flushOne(uuid);
    return this.forget(uuid);
  }

  /** Ends the log of an ended run, and returns its output when that is not in a file yet. */
  take(uuid: string): { text?: string; hasFile: boolean } {
    const log = this.logs.get(uuid);
    if (log === undefined) return { hasFile: false };
    if (log.isWritten || log.dropped > 0) return { hasFile: this.close(uuid) };
    this.forget(uuid);
    return { text: log.text, hasFile: false };
  }

  closeAll(): void {
    for (const uuid of [...this.logs.keys()]) this.close(uuid);
    clearTimeout(this.timer);
  }

  private flush(): void {
    this.timer = undefined;
    for (const uuid of [...this.waiting]) this.flushOne(uuid);
  }

  private forget(uuid: string): boolean {
    const log = this.logs.get(uuid);
    this.waiting.delete(uuid);
    this.logs.delete(uuid);
    if (log === undefined) return false;
    this.closeFile(log);
    return log.isWritten;
  }

  /** Synchronous and whole: a job that prints faster than the disk writes makes the node wait, not grow. */
  private write(uuid: string, log: OpenLog): void {
    const notice = log.dropped > 0 ? `\n[${log.dropped} characters of output could not be stored]\n` : "";
    const { text } = log;
    log.text = "";
    this.waiting.delete(uuid);
    try {
      writeAll(this.fileOf(uuid, log), Buffer.from(notice + text));
      log.dropped = 0;
    } catch (error) {
      if (!isRefusedBySystem(error)) throw error;
      this.folderHealth.report(error);
      log.dropped += text.length;
    }
    this.more(uuid);
  }

  /** Drops the waiting output of a run, and its file: another node owns them. */
  lose(uuid: string): void {
    this.forget(uuid);
  }

  private fileOf(uuid: string, log: OpenLog): number {
    if (log.fd !== undefined) return log.fd;
    if (this.openFiles >= MAX_OPEN) this.closeFile([...this.logs.values()].find((other) => other.fd !== undefined)!);
    log.fd = this.open(this.places.log(uuid));
    log.isWritten = true;
    this.openFiles++;
    return log.fd;
  }

  private open(file: string): number {
    const fd = openToAppend(file);
    if (fd !== undefined) return fd;
    this.aside.moveOtherTypeSync(file);
    return openSync(file, "ax", 0o600);
  }

  private closeFile(log: OpenLog): void {
    if (log.fd === undefined) return;
    closeSync(log.fd);
    log.fd = undefined;
    this.openFiles--;
  }
}
