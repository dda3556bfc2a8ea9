import { readFileSync } from "node:fs";
import { readdir, readFile, unlink } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { isTerminal, type QueuedRun, type RunRecord } from "../runs/record.js";
import type { AtomicFiles, NewFile } from "./atomic-files.js";
import { inParallel } from "./in-parallel.js";
import { parseQueued, parseRecord } from "./parse.js";
import { type Places, uuidsIn, WAITING_ENDING } from "./places.js";
import type { SetAside } from "./set-aside.js";

/** Files read at a time: enough to hide the latency of a shared volume. */
const WIDTH = 16;
/** Longest time that files are read without giving others their turn, ms; how many of them make it worth while. */
const SLICE_MS = 5;
const FAST_ENOUGH = 20;
/** A busy machine is slow once or twice, a slow volume always. */
const MOST_SLOW = 3;

/** The files of each run that was accepted. Knows nothing by heart: other nodes write them, too. */
export class RunFiles {
  constructor(
    private readonly places: Places,
    private readonly files: AtomicFiles,
    private readonly aside: SetAside,
  ) {}

  /** On the disk when it resolves; not there when it throws. */
  async accept(run: QueuedRun): Promise<void> {
    const file = this.places.waiting(run.record.uuid);
    try {
      await this.files.write([{ file, text: JSON.stringify(run) }], true);
    } catch (error) {
      await removeFile(file).catch(() => {}); // Told below: the folder cannot be written.
      throw error;
    }
  }

  /** Replaces a run with its record; as it was when it throws, or only its waiting file is new. */
  async adopt(run: QueuedRun): Promise<void> {
    const waiting = { file: this.places.waiting(run.record.uuid), text: JSON.stringify(run) };
    await this.files.write([waiting, this.recordFile(run.record)], true);
  }

  /** Replaces a run, all but its newest record; as it was when it throws. */
  async rewrite(run: QueuedRun): Promise<void> {
    await this.files.write([{ file: this.places.waiting(run.record.uuid), text: JSON.stringify(run) }], true);
  }

  async write(record: RunRecord, isDurable: boolean): Promise<void> {
    await this.files.write([this.recordFile(record)], isDurable);
  }

  /** @param result undefined: it could not be kept */
  async end(record: RunRecord, result: string | undefined): Promise<void> {
    const files = [this.recordFile(record)];
    // Before the record: whoever sees that the run has ended finds its result.
    if (result !== undefined) files.unshift({ file: this.places.result(record.uuid), text: result });
    await this.files.write(files, true);
    await removeFile(this.places.waiting(record.uuid));
  }

  /** The newest record of a run; undefined when there is none that can be read. */
  async record(uuid: string): Promise<RunRecord | undefined> {
    // The second look is for a run that ended between those at its record and at its waiting file.
    return (await this.written(uuid)) ?? (await this.waiting(uuid))?.record ?? (await this.written(uuid));
  }

  /** The newest records of many runs, in the order of the uuids. */
  async records(uuids: readonly string[]): Promise<(RunRecord | undefined)[]> {
    const records = new Array<RunRecord | undefined>(uuids.length);
    const missing: number[] = [];
    // Without a change of threads a file takes a quarter of the time. A slow volume must not hold up the node, though.
    let slowSlices = 0;
    for (let at = 0; at < uuids.length; ) {
      const first = at;
      for (const begin = performance.now(); at < uuids.length && performance.now() - begin < SLICE_MS; at++) {
        if ((records[at] = this.recordNow(uuids[at]!)) === undefined) missing.push(at);
      }
      if (at === uuids.length) break;
      if (at - first < FAST_ENOUGH && ++slowSlices === MOST_SLOW) while (at < uuids.length) missing.push(at++);
      await setImmediate();
    }
    const late = await inParallel(missing, WIDTH, (at) => this.record(uuids[at]!));
    for (const [turn, at] of missing.entries()) records[at] = late[turn];
    return records;
  }

  /** A record that has a file of its own which can be read; undefined of any other. */
  private recordNow(uuid: string): RunRecord | undefined {
    try {
      return parseRecord(readFileSync(this.places.record(uuid), "utf8"), uuid);
    } catch {
      return undefined; // `record` looks again, and sees to what is wrong.
    }
  }

  /** JSON text of an ended run's result; undefined when there is none. */
  async result(record: RunRecord): Promise<string | undefined> {
    const file = this.places.result(record.uuid);
    const text = await readIfThere(file);
    if (text === undefined) return undefined;
    const bytes = Buffer.byteLength(text);
    if (record.resultBytes === undefined || record.resultBytes === bytes) return text;
    await this.aside.take(file, `it has ${bytes} bytes, its record says ${record.resultBytes}`);
    return undefined;
  }

  /** Takes a result out of the way that belongs to no run. */
  async dropOrphan(uuid: string): Promise<void> {
    if ((await this.record(uuid)) === undefined)
      await this.aside.take(this.places.result(uuid), "there is no such run");
  }

  /** Forgets it; the record goes last, so that nothing is left over that nobody knows of. */
  async remove(uuid: string): Promise<void> {
    await removeFile(this.places.result(uuid));
    await removeFile(this.places.log(uuid));
    await removeFile(this.places.waiting(uuid));
    await removeFile(this.places.record(uuid));
  }

  /** Accepted runs of a node that have not ended, oldest first. */
  async unfinished(node: string): Promise<QueuedRun[]> {
    const uuids = uuidsIn(await readdir(this.places.root), WAITING_ENDING);
    const runs = await inParallel(uuids, WIDTH, async (uuid) => {
      const run = await this.waiting(uuid);
      if (run === undefined || run.record.node !== node) return undefined;
      const record = (await this.written(uuid)) ?? run.record;
      if (!isTerminal(record.state)) return { ...run, record };
      // Its node died after it had written the end.
      await removeFile(this.places.waiting(uuid));
      return undefined;
    });
    return runs
      .filter((run) => run !== undefined)
      .sort((a, b) => a.record.acceptedAt - b.record.acceptedAt || (a.record.uuid < b.record.uuid ? -1 : 1));
  }

  private recordFile(record: RunRecord): NewFile {
    return { file: this.places.record(record.uuid), text: JSON.stringify(record) };
  }

  private written(uuid: string): Promise<RunRecord | undefined> {
    return this.readAs(this.places.record(uuid), (text) => parseRecord(text, uuid));
  }

  /** A run as it was accepted, until it has ended; undefined when there is none that can be read. */
  waiting(uuid: string): Promise<QueuedRun | undefined> {
    return this.readAs(this.places.waiting(uuid), (text) => parseQueued(text, uuid));
  }

  private async readAs<T>(file: string, parse: (text: string) => T): Promise<T | undefined> {
    try {
      const text = await readIfThere(file);
      return text === undefined ? undefined : parse(text);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EACCES" || code === "EPERM") this.aside.leave(file, error as Error);
      else if (code === undefined || code === "EISDIR") await this.aside.take(file, error);
      else throw error;
      return undefined;
    }
  }
}

/** Content of a file; undefined when there is none. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes a file; false when there is none. */
export async function removeFile(file: string): Promise<boolean> {
  try {
    await unlink(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
