import { closeSync, createReadStream, createWriteStream, fstatSync, mkdirSync, openSync, rmSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { writeAll, writeToReader } from "../files/write-all.js";

export interface LogFilesOptions {
  /** Created if it is missing. */
  folder: string;
  /** Prefix of the file names, the same for every process of the node; called for every line. */
  name: () => string;
  /** Age at which files are removed, counted from the end of their day, ms; 0: never. */
  ttlMs: number;
  /** ms since the epoch. */
  now?: () => number;
}

/** Pause after a failed write to a file, ms. */
const PAUSE_MS = 10_000;
const DAY_MS = 86_400_000;

/**
 * The log of a node as `NAME-YYYY-MM-DD.log`, a file a day (UTC, like the times in it). Files of earlier days are
 * compressed, and removed when they are too old. While a file cannot be written (a full disk) the lines go to the
 * standard error output.
 */
export class LogFiles {
  private readonly now: () => number;
  private file = "";
  private fd: number | undefined;
  private notBefore = 0;
  /** Failures since the last successful write. */
  private failures = 0;
  private tidying: Promise<void> = Promise.resolve();

  /** @throws Error when the folder, or the file in it, cannot be written */
  constructor(private readonly options: LogFilesOptions) {
    this.now = options.now ?? Date.now;
    mkdirSync(options.folder, { recursive: true });
    this.open(this.fileOf(this.today()));
  }

  /** Writes all of the text before it returns. */
  write(text: string): void {
    if (this.now() < this.notBefore) return writeToReader(2, text);
    try {
      const file = this.fileOf(this.today());
      if (file !== this.file) this.open(file);
      writeAll(this.fd!, Buffer.from(text));
      if (this.failures > 0) writeToReader(2, `the log file is writable again after ${this.failures} attempts\n`);
      this.failures = 0;
    } catch (error) {
      this.notBefore = this.now() + PAUSE_MS;
      const reason = `the log file of ${this.today()} cannot be written: ${(error as Error).message}`;
      if (this.failures++ === 0) writeToReader(2, `${reason}; log lines go to the standard error output until then\n`);
      writeToReader(2, text);
    }
  }

  /** Settles when earlier days are compressed and old ones removed. */
  tidied(): Promise<void> {
    return this.tidying;
  }

  private today(): string {
    return new Date(this.now()).toISOString().slice(0, 10);
  }

  private open(file: string): void {
    const fd = openSync(join(this.options.folder, file), "a");
    if (this.fd !== undefined) {
      const isEmpty = fstatSync(this.fd).size === 0;
      closeSync(this.fd);
      if (isEmpty) rmSync(join(this.options.folder, this.file), { force: true });
    }
    this.fd = fd;
    this.file = file;
    const today = this.today();
    this.tidying = this.tidying
      .then(() => this.tidy(today))
      .catch((error: Error) => this.write(`cannot tidy earlier log files: ${error.message}\n`));
  }

  private fileOf(day: string): string {
    return `${this.options.name()}-${day}.log`;
  }

  private async tidy(today: string): Promise<void> {
    const { folder, ttlMs } = this.options;
    const name = this.options.name();
    for (const file of await readdir(folder)) {
      const day = /^-(\d{4}-\d\d-\d\d)\.log(\.gz|\.gz\.part)?$/.exec(
        file.startsWith(name) ? file.slice(name.length) : "",
      );
      if (day === null || day[1]! >= today) continue;
      const path = join(folder, file);
      const isOld = ttlMs > 0 && Date.parse(day[1]!) + DAY_MS + ttlMs < this.now();
      if (isOld || day[2] === ".gz.part") await rm(path, { force: true });
      else if (day[2] === undefined) await compress(path);
    }
  }
}

/** Replaces a file by its compressed form, atomically. */
async function compress(path: string): Promise<void> {
  if ((await stat(path)).size > 0) {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz.part`));
    await rename(`${path}.gz.part`, `${path}.gz`);
  }
  await rm(path, { force: true });
}
