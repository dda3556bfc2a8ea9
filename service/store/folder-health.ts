import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { AtomicFiles } from "../base/files/atomic-files.js";
import type { Logger } from "../base/log/logger.js";
import type { StorePaths } from "./store-paths.js";

/** Interval of attempts to write the folder. */
const PROBE_MS = 1000;
/** Free space that counts as recovered: with less the next run would not find room either. */
const PROBE_BYTES = 64 * 1024;

const REASONS: Record<string, string> = {
  ENOSPC: "no space is left on its disk",
  EDQUOT: "its disk quota is used up",
  EROFS: "its file system is read-only",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  ENOENT: "it was removed",
};

/** Did the operating system refuse to write? Otherwise the error is a mistake of this program. */
export function isRefusedBySystem(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return error instanceof Error && typeof code === "string" && typeof syscall === "string";
}

/** Knows whether the work folder can be written; after a failure tries again until it can. */
export class FolderHealth {
  private reason: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /** @param recovered called before the failure counts as over; throws when it is not */
  constructor(
    private readonly places: StorePaths,
    private readonly files: AtomicFiles,
    private readonly log: Logger,
    private readonly recovered: () => Promise<void>,
  ) {}

  get text(): string | undefined {
    return this.reason;
  }

  /** Notes a failed write. @returns the reason in words */
  report(error: NodeJS.ErrnoException): string {
    return this.reason ?? this.begin(error);
  }

  private begin(error: NodeJS.ErrnoException): string {
    const reason = `the work folder cannot be written: ${REASONS[error.code!] ?? "the system rejected it"} (${error.code})`;
    if (this.reason === undefined) this.log.error({ folder: this.places.root, err: error }, reason);
    this.reason = reason;
    this.schedule();
    return reason;
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.isClosed) return;
    this.timer ??= setTimeout(() => {
      this.probe().then(
        () => this.end(),
        (error: unknown) => {
          this.timer = undefined;
          if (isRefusedBySystem(error)) this.begin(error);
          else this.log.error({ err: error }, "cannot test the work folder");
        },
      );
    }, PROBE_MS).unref();
  }

  private async probe(): Promise<void> {
    await this.places.make();
    const file = this.files.tempFor(path.join(this.places.root, "probe"));
    try {
      await writeFile(file, Buffer.alloc(PROBE_BYTES, "-"), { mode: 0o600, flush: true });
    } finally {
      await rm(file, { force: true });
    }
    await this.recovered();
  }

  private end(): void {
    this.timer = undefined;
    this.reason = undefined;
    this.log.info({ folder: this.places.root }, "the work folder is writable again");
  }
}
