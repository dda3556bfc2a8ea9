import { rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { AtomicFiles, TempFile } from "../base/files/atomic-files.js";
import { linkExclusively } from "../base/files/exclusive-link.js";
import { ifMissing, isNoFile, readIfThere } from "../base/files/plain-files.js";
import { removeFile } from "../base/files/remove-file.js";
import type { JsonText } from "../base/json/json-text.js";
import { type HandOver, isTerminal, type RunRecord } from "../model/record.js";
import { type FencedRecord, parseFencedRecord } from "./parse-records.js";
import type { SetAside } from "./set-aside.js";
import type { StorePaths } from "./store-paths.js";

/** Errors of the system when a folder has the name of a new file. */
const IN_THE_WAY: readonly string[] = ["EISDIR", "ENOTEMPTY", "EEXIST"];

/** A change of a run's record. */
export interface Change {
  /** The new record. */
  record: RunRecord;
  /** Number of the change before it; 0: the run is as it was accepted. */
  fence: number;
  /** JSON of the result map: the run ends with it. */
  result?: JsonText;
  handOver?: HandOver;
  /** On the disk when the change resolves. */
  isDurable: boolean;
  /** Its file `UUID.rojob` is known to be missing: that does not mean that the run was removed. */
  isFileGone?: boolean;
}

/**
 * Records that only a writer that has seen the newest one can change, whichever process of whichever machine tries, and
 * however long it is suspended between two steps.
 *
 * A change has a number, its *fence*: one more than that of the change before.
 * 1. It is written to files with unique names.
 * 2. The first of them gets a second name, `.UUID.NUMBER.claim`: only one change can have it (link(2) is exclusive).
 * 3. The record is read again: does it still have the number before? If not, the claim filled the gap of an old one;
 *    the change is refused and its files are removed. Numbers only grow: a change that is late once stays late.
 * 4. The files are renamed to the files they replace. That uses up their unique names: a process that was suspended
 *    before this step finds nothing to rename when another one has done it.
 * 5. The claim is removed. A process that finds one before that completes steps 3 to 5 for its maker, which may be
 *    dead.
 *
 * The names in the record show the maker whether the change was its own.
 *
 * So an ended record is replaced only by itself with another callback, and no end gets lost.
 */
export class FencedRecords {
  /** Changes that were claimed here but not completed, because the disk was full. */
  private readonly incomplete = new Map<string, number>();

  constructor(
    private readonly places: StorePaths,
    private readonly files: AtomicFiles,
    private readonly aside: SetAside,
  ) {}

  /**
   * @returns number of the change; undefined when it was refused: it does not follow the newest one
   * @throws Error of the system: the change is not kept, and may be tried again with the same number
   */
  async change(change: Change): Promise<number | undefined> {
    const { uuid } = change.record;
    const claimed = this.incomplete.get(uuid);
    if (claimed === change.fence + 1) {
      await this.settle(uuid, claimed);
      this.incomplete.delete(uuid);
      // Tried again, or a change after a failed one.
      if (isTerminal(change.record.state) && (await this.read(uuid))?.record.state === change.record.state)
        return claimed;
      return this.change({ ...change, fence: claimed });
    }
    const number = change.fence + 1;
    const claim = this.places.claim(uuid, number);
    const { files, fencedRecord } = this.prepare(change, number);
    let isClaimed = false;
    try {
      await this.files.writeTemps(files);
      isClaimed = await linkExclusively(files[0]!.temp, claim);
      const place = isClaimed ? await this.placeOf(fencedRecord, change.isFileGone) : "late";
      if (place !== "late") {
        this.incomplete.set(uuid, number);
        await this.complete(fencedRecord, change.isDurable);
        this.incomplete.delete(uuid);
        return number;
      }
    } catch (error) {
      if (!this.incomplete.has(uuid)) {
        await this.files.discard(files);
        if (isClaimed) await removeFile(claim).catch(() => {}); // Logged below; the next reader settles it.
      }
      throw error;
    }
    await this.files.discard(files);
    if (isClaimed) await removeFile(claim);
    else await this.settle(uuid, number);
    return undefined;
  }

  /**
   * Prevents further changes of a run that is about to be removed. {@link forget} has to follow.
   * @returns false when the run has been changed since
   */
  async seal(uuid: string, fence: number): Promise<boolean> {
    const claim = this.places.claim(uuid, fence + 1);
    try {
      await writeFile(claim, "", { flag: "wx", mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      // An interrupted removal goes on.
      if ((await readIfThere(claim)) === "") return true;
      await this.settle(uuid, fence + 1);
      return false;
    }
    const current = await this.current(uuid);
    if (current === "none" ? fence === 0 : current === "damaged" || current.fence === fence) return true;
    await removeFile(claim);
    return false;
  }

  /** Last step of a removal. */
  async forget(uuid: string, fence: number): Promise<void> {
    await removeFile(this.places.record(uuid));
    await removeFile(this.places.claim(uuid, fence + 1));
  }

  /**
   * The record of a run; undefined when it has no record file yet.
   * @throws DamagedFile
   */
  async read(uuid: string): Promise<FencedRecord | undefined> {
    const file = this.places.record(uuid);
    try {
      const text = await readIfThere(file);
      return text === undefined ? undefined : parseFencedRecord(text, uuid);
    } catch (error) {
      throw damagedOr(file, error);
    }
  }

  /** Completes a change that was claimed by a process that may have died. */
  async settle(uuid: string, number: number): Promise<void> {
    const claim = this.places.claim(uuid, number);
    const text = await readIfThere(claim);
    // The change is over, or the run is being removed.
    if (text === undefined || text === "") return;
    let fencedRecord: FencedRecord;
    try {
      fencedRecord = parseFencedRecord(text, uuid);
    } catch {
      return; // It is being copied, where there are no hard links.
    }
    const place = await this.placeOf(fencedRecord);
    if (place !== "late") return this.complete(fencedRecord, true);
    const current = await this.current(uuid);
    if (typeof current === "object" && current.fence >= number) await removeFile(claim);
  }

  private prepare(change: Change, fence: number): { files: TempFile[]; fencedRecord: FencedRecord } {
    const { record, result, handOver } = change;
    const file = this.places.record(record.uuid);
    const temp = this.files.tempFor(file);
    const fencedRecord: FencedRecord = { record, fence, handOver, temp: path.basename(temp) };
    const files: TempFile[] = [];
    if (result !== undefined) {
      const resultFile = this.places.result(record.uuid);
      const resultTemp = this.files.tempFor(resultFile);
      files.push({ file: resultFile, temp: resultTemp, text: result });
      fencedRecord.resultTemp = path.basename(resultTemp);
    }
    const { record: _, ...marks } = fencedRecord;
    files.unshift({ file, temp, text: JSON.stringify({ ...record, ...marks }) });
    return { files, fencedRecord };
  }

  /** Does the change follow the newest one, and is it allowed there? Or has it been completed already? */
  private async placeOf({ record, fence, temp }: FencedRecord, isFileGone = false): Promise<"next" | "done" | "late"> {
    const { uuid, state } = record;
    const current = await this.current(uuid);
    // No file is left that has the number.
    if (current === "damaged") return "next";
    if (current === "none") {
      const isThere = isFileGone || (await stat(this.places.waiting(uuid)).catch(ifMissing)) !== undefined;
      return fence === 1 && isThere ? "next" : "late";
    }
    if (current.fence === fence) return current.temp === temp ? "done" : "late";
    if (current.fence !== fence - 1) return "late";
    return !isTerminal(current.record.state) || current.record.state === state ? "next" : "late";
  }

  private async complete(fencedRecord: FencedRecord, isDurable: boolean): Promise<void> {
    const { record, fence, temp, resultTemp } = fencedRecord;
    const { uuid } = record;
    const { root, runs } = this.places;
    // Before the record: a reader that sees the end of the run finds its result.
    if (resultTemp !== undefined) await this.putInPlace(path.join(root, resultTemp), this.places.result(uuid));
    await this.putInPlace(path.join(runs, temp!), this.places.record(uuid));
    if (isDurable) await this.files.syncFolders(resultTemp === undefined ? [runs] : [root, runs]);
    if (isTerminal(record.state)) await this.removeWaiting(uuid);
    await removeFile(this.places.claim(uuid, fence));
  }

  /** Gives a file its name, unless that was done; moves anything else of that name out of the way. */
  private async putInPlace(from: string, to: string): Promise<void> {
    try {
      await renameIfThere(from, to);
    } catch (error) {
      if (!IN_THE_WAY.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
      await this.aside.moveOtherType(to);
      await renameIfThere(from, to);
    }
  }

  private async removeWaiting(uuid: string): Promise<void> {
    const file = this.places.waiting(uuid);
    await removeFile(file).catch(() => this.aside.moveOtherType(file));
  }

  private async current(uuid: string): Promise<FencedRecord | "none" | "damaged"> {
    try {
      return (await this.read(uuid)) ?? "none";
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
      await this.aside.keepCopy(error.file, error.message);
      await this.aside.moveOtherType(error.file);
      return "damaged";
    }
  }
}

/** A file that cannot be parsed. */
export class DamagedFile extends Error {
  constructor(
    readonly file: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** Turns an error of reading a file into a DamagedFile, if the file is damaged. */
export function damagedOr(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined || isNoFile(error) ? new DamagedFile(file, message) : error;
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch(ifMissing);
}
