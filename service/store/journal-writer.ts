import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import { type Journal, type JournalLine, journalName } from "./journal.js";

/** Size at which a journal is closed; whole journals are removed when no run in them is kept any more. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Appends to the journals of this node. A process never continues the journals of an earlier one. */
export class JournalWriter {
  private handle: FileHandle | undefined;
  private journal: Journal | undefined;
  private date = "";

  constructor(
    private readonly folder: string,
    private readonly node: () => string,
  ) {}

  /** The journal that is written now. */
  get current(): Journal | undefined {
    return this.journal;
  }

  /**
   * Appends lines, in one call.
   * @returns the journal, and offset and length of each line
   * @throws Error of the system; then no line counts as written
   */
  async append(
    lines: readonly JournalLine[],
  ): Promise<{ journal: Journal; places: { offset: number; bytes: number }[] }> {
    const journal = await this.ready();
    let offset = journal.end;
    const parts = lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`));
    const places = parts.map((part) => {
      const place = { offset, bytes: part.length - 1 };
      offset += part.length;
      return place;
    });
    try {
      await this.handle!.appendFile(Buffer.concat(parts));
    } catch (error) {
      await this.takeBack(journal);
      throw error;
    }
    journal.end = offset;
    return { journal, places };
  }

  /** Removes a partial write. Where that fails, too, the torn end stays and the lines come again in another file. */
  private async takeBack(journal: Journal): Promise<void> {
    try {
      await this.handle!.truncate(journal.end);
    } catch {
      await this.close();
    }
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    this.journal = undefined;
    await handle?.close();
  }

  private async ready(): Promise<Journal> {
    const now = new Date();
    const date = now.toISOString().slice(0, 10);
    if (this.journal !== undefined && this.date === date && this.journal.end < MAX_BYTES) return this.journal;
    await this.close();
    for (let number = 1; ; number++) {
      const file = path.join(this.folder, journalName(this.node(), now, number));
      try {
        this.handle = await open(file, "ax", 0o600);
        this.date = date;
        this.journal = { file, end: 0, kept: 0 };
        return this.journal;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }
}
