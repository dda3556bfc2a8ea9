import { randomBytes } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Ending of temporary files. They begin with a dot besides. */
export const TEMP_ENDING = ".tmp";

/** Name and content of a file to be written. */
export interface NewFile {
  file: string;
  /** Pieces are written one after the other. */
  text: string | Uint8Array | readonly Uint8Array[];
}

/** A file that is written under a temporary name first. */
export interface TempFile extends NewFile {
  temp: string;
}

/** Writes files atomically. They hold arguments and results: only their owner may read them. */
export class AtomicFiles {
  private readonly syncs = new Map<string, FolderSync>();
  /** Nodes that share a folder may have the same process id. */
  private readonly mark = randomBytes(5).toString("hex");
  private count = 0;

  /**
   * Writes or replaces files; they get their names in the given order.
   * @param isDurable contents and names are on the disk when this resolves
   */
  async write(files: readonly NewFile[], isDurable: boolean): Promise<void> {
    const temps = files.map((each) => ({ ...each, temp: this.tempFor(each.file) }));
    try {
      await this.writeTemps(temps, isDurable);
      for (const { temp, file } of temps) await rename(temp, file);
    } catch (error) {
      await this.discard(temps);
      throw error;
    }
    if (isDurable) await this.syncFolders(files.map(({ file }) => path.dirname(file)));
  }

  /** Writes files under their temporary names. @param isDurable their contents are on the disk when it resolves */
  async writeTemps(files: readonly TempFile[], isDurable = true): Promise<void> {
    const written = await Promise.allSettled(
      files.map(({ temp, text }) => writeFile(temp, text, { mode: 0o600, flush: isDurable })),
    );
    for (const each of written) if (each.status === "rejected") throw each.reason;
  }

  /** Removes temporary files, as far as that is possible. */
  async discard(files: readonly TempFile[]): Promise<void> {
    // On a disk that is full or read-only this fails as well; retention removes leftovers.
    await Promise.allSettled(files.map(({ temp }) => rm(temp, { force: true })));
  }

  /** Flushes the names in folders to the disk. */
  async syncFolders(folders: readonly string[]): Promise<void> {
    await Promise.all([...new Set(folders)].map((folder) => this.syncFolder(folder)));
  }

  /** A unique name in the same folder. */
  tempFor(file: string): string {
    return path.join(path.dirname(file), `.${path.basename(file)}.${this.mark}-${++this.count}${TEMP_ENDING}`);
  }

  private syncFolder(folder: string): Promise<void> {
    let sync = this.syncs.get(folder);
    if (sync === undefined) this.syncs.set(folder, (sync = new FolderSync(folder)));
    return sync.request();
  }
}

/** Flushes the names of a folder to the disk: one call for all callers during the one before. */
class FolderSync {
  private current: Promise<void> | undefined;
  private following: Promise<void> | undefined;

  constructor(private readonly folder: string) {}

  request(): Promise<void> {
    if (this.current === undefined) return this.begin();
    // The current one may have begun before the caller's file had its name.
    this.following ??= this.current
      .catch(() => {}) // The callers of that one get the error.
      .then(() => {
        this.following = undefined;
        return this.begin();
      });
    return this.following;
  }

  private begin(): Promise<void> {
    const sync = this.run().finally(() => {
      if (this.current === sync) this.current = undefined;
    });
    this.current = sync;
    return sync;
  }

  private async run(): Promise<void> {
    const handle = await open(this.folder);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
