import { constants, copyFile, readdir, rename } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import type { AtomicFiles } from "../base/files/atomic-files.js";
import { isNoFile, readBytesIfThere, readNow } from "../base/files/plain-files.js";
import { removeFile } from "../base/files/remove-file.js";
import { inParallel } from "../base/in-parallel.js";
import { type JsonText, jsonTextOf } from "../base/json/json-text.js";
import { packed } from "../base/json/packed-json.js";
import { isTerminal, type QueuedRun, type RunRecord } from "../model/record.js";
import type { FoundRun } from "../model/store.js";
import { endOfDamaged, type FoundRecord, nodeOfUuid, unknownRecord } from "./damaged-records.js";
import { type Change, DamagedFile, damagedOr, FencedRecords } from "./fenced-records.js";
import { isRefusedBySystem } from "./folder-health.js";
import { parseFencedRecord, parseQueued } from "./parse-records.js";
import type { RunSummary } from "./run-index.js";
import type { SetAside } from "./set-aside.js";
import { readClaim, type StorePaths, uuidsIn, WAITING_ENDING } from "./store-paths.js";

/** Files read at a time: enough to hide the latency of a shared volume. */
const WIDTH = 16;
/** Longest time that files are read without yielding, ms; and number of files for which that matters. */
const SLICE_MS = 5;
const FAST_ENOUGH = 20;
/** A busy machine is slow once or twice, a slow volume always. */
const MAX_SLOW = 3;

/** Most attempts of a removal when an ended run is changed at the same time. */
const MAX_TRIES = 10;

/** The files of each accepted run. Has no cache: other nodes write the files, too. */
export class RunFiles {
  private readonly fenced: FencedRecords;

  constructor(
    private readonly places: StorePaths,
    private readonly files: AtomicFiles,
    private readonly aside: SetAside,
    /** Returns the summary of a run that is in memory. */
    private readonly remember: (uuid: string) => RunSummary | undefined,
  ) {
    this.fenced = new FencedRecords(places, files, aside);
  }

  /** On the disk when it resolves; not there when it throws. */
  async accept(run: QueuedRun): Promise<void> {
    const file = this.places.waiting(run.record.uuid);
    try {
      await this.files.write([{ file, text: packed(run) }], true);
    } catch (error) {
      await removeFile(file).catch(() => {}); // Reported below: the folder cannot be written.
      throw error;
    }
  }

  /** See {@link FencedRecords.change}. */
  change(change: Change): Promise<number | undefined> {
    return this.fenced.change(change);
  }

  /** The newest record of a run; undefined when there is no such run. For a damaged one its known part. */
  async record(uuid: string): Promise<RunRecord | undefined> {
    return (await this.fencedRecord(uuid))?.record;
  }

  /** The same, with the number of its newest change. */
  async fencedRecord(uuid: string): Promise<FoundRecord | undefined> {
    // The second read is for a run that ended between the reads of its record and of its waiting file.
    return (await this.written(uuid)) ?? (await this.asAccepted(uuid)) ?? (await this.written(uuid));
  }

  /** The newest records of many runs, in the order of the uuids. */
  async records(uuids: readonly string[]): Promise<(RunRecord | undefined)[]> {
    const records = new Array<RunRecord | undefined>(uuids.length);
    const missing: number[] = [];
    // Without a change of threads a file takes a quarter of the time. A slow volume must not block the node, though.
    let slowSlices = 0;
    for (let at = 0; at < uuids.length; ) {
      const first = at;
      for (const begin = performance.now(); at < uuids.length && performance.now() - begin < SLICE_MS; at++) {
        if ((records[at] = this.recordNow(uuids[at]!)) === undefined) missing.push(at);
      }
      if (at === uuids.length) break;
      if (at - first < FAST_ENOUGH && ++slowSlices === MAX_SLOW) while (at < uuids.length) missing.push(at++);
      await setImmediate();
    }
    const late = await inParallel(missing, WIDTH, (at) => this.record(uuids[at]!));
    for (const [turn, at] of missing.entries()) records[at] = late[turn];
    return records;
  }

  /** The record of a run from its own, readable file; undefined for any other. */
  private recordNow(uuid: string): RunRecord | undefined {
    try {
      return parseFencedRecord(readNow(this.places.record(uuid)), uuid).record;
    } catch {
      return undefined; // `record` looks again, and sees to what is wrong.
    }
  }

  /** JSON of an ended run's result; undefined when there is none. */
  async result(record: RunRecord): Promise<JsonText | undefined> {
    const file = this.places.result(record.uuid);
    const bytes = await readBytesIfThere(file).catch((error: unknown) => {
      if (!isNoFile(error)) throw error;
      return this.aside.moveOtherType(file).then(() => undefined);
    });
    if (bytes === undefined) return undefined;
    if (record.resultBytes === undefined || record.resultBytes === bytes.length) return jsonTextOf(bytes);
    await this.aside.take(file, `it has ${bytes.length} bytes, its record says ${record.resultBytes}`);
    return undefined;
  }

  /** Puts a copy of a log in its place: a process that has the old one open writes to a file that nobody reads. */
  async renewLog(uuid: string): Promise<void> {
    const file = this.places.log(uuid);
    const temp = this.files.tempFor(file);
    await this.aside.moveOtherType(file);
    try {
      await copyFile(file, temp, constants.COPYFILE_FICLONE);
      await rename(temp, file);
    } catch (error) {
      await removeFile(temp).catch(() => {}); // Retention looks for what is left over.
      // A run without output has none; without room for a copy the log stays as it is.
      if (!isRefusedBySystem(error)) throw error;
    }
  }

  /** Removes a result that belongs to no run. */
  async dropOrphan(uuid: string): Promise<void> {
    if ((await this.record(uuid)) === undefined)
      await this.aside.take(this.places.result(uuid), "the run does not exist");
  }

  /**
   * Removes a run and its files.
   * @param fence of its newest change, as the caller knows it
   * @returns false when it has been changed since: it stays
   */
  async remove(uuid: string, fence: number): Promise<boolean> {
    if (!(await this.fenced.seal(uuid, fence))) return false;
    // The record goes last, so that no unknown file is left over.
    await this.removeRest(uuid);
    await removeFile(this.places.waiting(uuid));
    await this.fenced.forget(uuid, fence);
    return true;
  }

  /** Removes an ended run and its files, whatever change of it is under way. */
  async removeEnded(uuid: string): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const fencedRecord = await this.fencedRecord(uuid);
      if (fencedRecord === undefined) return this.removeRest(uuid);
      if (!isTerminal(fencedRecord.record.state)) return;
      if (await this.remove(uuid, fencedRecord.fence)) return;
    }
  }

  /** Removes the other files of a run; for a synchronous run that is all of them. */
  private async removeRest(uuid: string): Promise<void> {
    await removeFile(this.places.result(uuid));
    await removeFile(this.places.log(uuid));
  }

  /** Accepted runs of a node that have not ended, oldest first; damaged ones included. */
  async unfinished(node: string): Promise<FoundRun[]> {
    const uuids = uuidsIn(await readdir(this.places.root), WAITING_ENDING);
    const runs = await inParallel(uuids, WIDTH, (uuid) => this.unfinishedOf(uuid, node));
    return runs
      .filter((run) => run !== undefined)
      .sort((a, b) => a.record.acceptedAt - b.record.acceptedAt || (a.record.uuid < b.record.uuid ? -1 : 1));
  }

  /**
   * A run as it was accepted, with its newest record, until it has ended; undefined when there is none that can be
   * read.
   */
  async waiting(uuid: string): Promise<FoundRun | undefined> {
    const run = await this.readWaiting(uuid);
    if (run === undefined || "damage" in run) return undefined;
    return this.withStanding(run, (await this.written(uuid)) ?? (await this.standingOf(run, uuid)));
  }

  /** Completes old changes of nodes that have died during them. */
  async settle(name: string): Promise<void> {
    const claim = readClaim(name);
    if (claim !== undefined) await this.fenced.settle(claim.uuid, claim.number);
  }

  private async unfinishedOf(uuid: string, node: string): Promise<FoundRun | undefined> {
    const run = await this.readWaiting(uuid);
    if (run === undefined) return undefined;
    const fencedRecord = (await this.written(uuid)) ?? (await this.standingOf(run, uuid));
    const { record } = fencedRecord;
    if (record.node !== node) return undefined;
    if (isTerminal(record.state)) {
      // Its node died after it had written the end.
      await removeFile(this.places.waiting(uuid));
      return undefined;
    }
    if (!("damage" in run)) return this.withStanding(run, fencedRecord);
    return this.withStanding({ record, text: "", args: {} }, { ...fencedRecord, damage: run.damage });
  }

  private withStanding(run: QueuedRun, { record, fence, handOver, damage }: FoundRecord): FoundRun {
    const found: FoundRun = { ...run, record, fence };
    delete found.handOver;
    if (handOver !== undefined) found.handOver = handOver;
    if (damage !== undefined) found.damage = damage;
    return found;
  }

  private async written(uuid: string): Promise<FoundRecord | undefined> {
    try {
      return await this.fenced.read(uuid);
    } catch (error) {
      const damage = await this.damageOf(error, uuid);
      if (damage === undefined) return undefined;
      const run = await this.readWaiting(uuid);
      if (run !== undefined && !("damage" in run))
        return { record: { ...run.record, state: "running" }, fence: 0, damage };
      const record = await unknownRecord(uuid, this.places.record(uuid));
      // Nobody waits for its end any more.
      return {
        record: run === undefined ? endOfDamaged(record, damage, this.remember(uuid)) : record,
        fence: 0,
        damage,
      };
    }
  }

  /** A run that has no record file yet. */
  private async asAccepted(uuid: string): Promise<FoundRecord | undefined> {
    const run = await this.readWaiting(uuid);
    if (run === undefined) return undefined;
    return this.standingOf(run, uuid);
  }

  private async standingOf(run: QueuedRun | { damage: string }, uuid: string): Promise<FoundRecord> {
    if (!("damage" in run)) return { record: run.record, fence: 0, handOver: run.handOver };
    return { record: await unknownRecord(uuid, this.places.waiting(uuid)), fence: 0, damage: run.damage };
  }

  private async readWaiting(uuid: string): Promise<QueuedRun | { damage: string } | undefined> {
    const file = this.places.waiting(uuid);
    try {
      const bytes = await readBytesIfThere(file);
      return bytes === undefined ? undefined : parseQueued(bytes, uuid);
    } catch (error) {
      const damage = await this.damageOf(damagedOr(file, error), uuid);
      return damage === undefined ? undefined : { damage };
    }
  }

  /**
   * Why a file of a run cannot be parsed; undefined when it is none of a run, or may not be read.
   * @throws the error when it says nothing about the file
   */
  private async damageOf(error: unknown, uuid: string): Promise<string | undefined> {
    if (!(error instanceof DamagedFile)) {
      const { code, path: file } = error as NodeJS.ErrnoException;
      if (code !== "EACCES" && code !== "EPERM") throw error;
      this.aside.leave(file!, error as Error);
      return undefined;
    }
    const { file, message } = error;
    if (nodeOfUuid(uuid) === undefined) {
      await this.aside.take(file, message);
      return undefined;
    }
    await this.aside.keepCopy(file, message);
    return `its file ${path.basename(file)} is damaged (${message})`;
  }
}
