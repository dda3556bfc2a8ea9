import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";

interface Scratch {
  folder: string;
  /** Result of {@link stateOf} when the copy was made. */
  fresh: string;
}

/** Copies of the folders of cases. A case gets a copy that no other case has changed; most cases change nothing. */
export class ScratchCopies {
  private readonly copies = new Map<string, Scratch>();

  /** An unchanged copy of a folder; absolute, without links in its path. */
  of(source: string): string {
    const known = this.copies.get(source);
    if (known !== undefined && stateOf(known.folder) === known.fresh) return known.folder;
    if (known !== undefined) rmSync(known.folder, { recursive: true, force: true });
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "rojob-case-")));
    cpSync(source, folder, { recursive: true });
    this.copies.set(source, { folder, fresh: stateOf(folder) });
    return folder;
  }

  remove(): void {
    for (const { folder } of this.copies.values()) rmSync(folder, { recursive: true, force: true });
    this.copies.clear();
  }
}

/** Every file and folder with its number, size, mode and times of change, in nanoseconds. */
function stateOf(folder: string): string {
  const names = ["", ...(readdirSync(folder, { recursive: true }) as string[]).sort()];
  return names
    .map((name) => {
      const found = statSync(path.join(folder, name), { bigint: true, throwIfNoEntry: false });
      return `${name} ${found?.ino} ${found?.size} ${found?.mode} ${found?.mtimeNs} ${found?.ctimeNs}`;
    })
    .join("\n");
}
