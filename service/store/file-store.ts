import { ServiceError } from "../base/errors.js";
import { AtomicFiles } from "../base/files/atomic-files.js";
import { KeyedChain } from "../base/in-parallel.js";
import { type JsonText, wholeText } from "../base/json/json-text.js";
import {
  isTerminal,
  type LogChunk,
  type QueuedRun,
  type RunFilter,
  type RunPage,
  type RunRecord,
} from "../model/record.js";
import type { FileStoreOptions, FoundRun, RunStore, WriteOptions } from "../model/store.js";
import { FolderHealth, isRefusedBySystem } from "./folder-health.js";
import { History, MAX_NOTED_BYTES } from "./history.js";
import { listRuns } from "./list-runs.js";
import { parsePlace, readLogFile, readLogText } from "./read-log.js";
import { Retention } from "./retention.js";
import { RunFiles } from "./run-files.js";
import { RunLogs } from "./run-logs.js";
import { RunScan } from "./run-scan.js";
import { SetAside } from "./set-aside.js";
import { isUuid, StorePaths } from "./store-paths.js";
import { UnwrittenRuns } from "./unwritten-runs.js";

/** The store: connects its parts. */
export class FileStore implements RunStore {
  private readonly places: StorePaths;
  private readonly files: RunFiles;
  private readonly unwritten = new UnwrittenRuns();
  private readonly scan: RunScan;
  private readonly history: History;
  private readonly logs: RunLogs;
  private readonly retention: Retention;
  private readonly folderHealth: FolderHealth;
  /** Changes of one run are serialised, in the order of the calls. */
  private readonly chain = new KeyedChain();
  private readonly listeners = new Set<(uuid: string) => void>();

  constructor(private readonly options: FileStoreOptions) {
    const { log } = options;
    this.places = new StorePaths(options.workFolder);
    const atomic = new AtomicFiles();
    const aside = new SetAside(this.places.aside, log);
    this.folderHealth = new FolderHealth(this.places, atomic, log, async () => {
      await this.writeHeld();
      await this.history.reopen();
    });
    this.files = new RunFiles(this.places, atomic, aside, (uuid) => this.scan.index.get(uuid));
    this.scan = new RunScan(this.places, this.files, this.unwritten);
    this.logs = new RunLogs(this.places, this.folderHealth, aside, (uuid) => {
      for (const listener of this.listeners) listener(uuid);
    });
    this.history = new History({ ...options, folder: this.places.history }, aside, this.folderHealth, (uuid) =>
      this.retention.dropLog(uuid),
    );
    this.retention = new Retention(options, {
      places: this.places,
      scan: this.scan,
      history: this.history,
      files: this.files,
      chain: this.chain,
      isOpen: (uuid) => this.logs.isOpen(uuid),
    });
  }

  async start(): Promise<void> {
    try {
      await this.places.make();
    } catch (error) {
      if (!isRefusedBySystem(error)) throw error;
      this.folderHealth.report(error);
    }
    this.refresh().catch((error: unknown) => this.options.log.error({ err: error }, "the work folder cannot be read"));
    this.retention.start();
  }

  trouble(): string | undefined {
    return this.folderHealth.text;
  }

  async accept(run: QueuedRun): Promise<void> {
    const { uuid } = run.record;
    if (!isUuid(uuid)) throw new Error(`'${uuid}' cannot be the uuid of a run: it is not valid as a file name`);
    await this.chain.run(uuid, async () => {
      try {
        await this.files.accept(run);
      } catch (error) {
        throw this.refusal(error);
      }
      this.scan.note(run.record);
    });
  }

  write(record: RunRecord, fence: number, { isDurable, handOver }: WriteOptions): Promise<number | undefined> {
    const { uuid } = record;
    return this.chain.run(uuid, async () => {
      let number: number | undefined = fence;
      try {
        number = await this.files.change({ record, fence, isDurable, handOver });
        this.unwritten.delete(uuid);
      } catch (error) {
        const refusal = this.refusal(error);
        if (isDurable) throw refusal;
        this.unwritten.set({ record, fence });
      }
      if (number === undefined) this.scan.forget(uuid);
      else this.scan.note(record);
      return number;
    });
  }

  async end(record: RunRecord, result: JsonText, fence: number, isFileGone = false): Promise<boolean> {
    const { uuid } = record;
    record.resultBytes = Buffer.byteLength(result);
    // A reader that sees the end finds all of the output.
    this.logs.close(uuid);
    let kept = Promise.resolve(true);
    const isOver = await this.chain.run(uuid, async () => {
      try {
        const isKept = (await this.files.change({ record, result, fence, isFileGone, isDurable: true })) !== undefined;
        this.unwritten.delete(uuid);
        if (!isKept) {
          this.scan.forget(uuid);
          return false;
        }
      } catch (error) {
        this.refusal(error);
        // An end that was reported and cannot be kept would be undone when another node takes the run over.
        kept = new Promise((whenKept) => this.unwritten.set({ record, result, fence, whenKept }));
        return true;
      }
      this.scan.note(record);
      return true;
    });
    return isOver && kept;
  }

  async update(record: RunRecord): Promise<void> {
    const { uuid } = record;
    await this.chain.run(uuid, async () => {
      const unwritten = this.unwritten.get(uuid);
      if (unwritten !== undefined) return this.unwritten.set({ ...unwritten, record });
      const fencedRecord = await this.files.fencedRecord(uuid);
      if (fencedRecord?.record.state !== record.state) return;
      try {
        await this.files.change({ record, fence: fencedRecord.fence, isDurable: false });
      } catch (error) {
        this.refusal(error);
        this.unwritten.set({ record, fence: fencedRecord.fence });
      }
    });
  }

  note(ended: RunRecord, result: JsonText): void {
    const resultBytes = Buffer.byteLength(result);
    const { text, hasFile } = this.logs.take(ended.uuid);
    this.history.note({
      record: { ...ended, resultBytes },
      result: resultBytes <= MAX_NOTED_BYTES ? wholeText(result) : undefined,
      log: text,
      hasLogFile: hasFile || undefined,
    });
  }

  unfinished(): Promise<FoundRun[]> {
    return this.files.unfinished(this.options.node());
  }

  unfinishedOf(node: string): Promise<FoundRun[]> {
    return this.files.unfinished(node);
  }

  async unfinishedNodes(): Promise<string[]> {
    await this.refresh();
    const nodes = new Set<string>();
    for (const { node, state } of this.scan.index.oldestFirst()) if (!isTerminal(state)) nodes.add(node);
    return [...nodes];
  }

  accepted(uuid: string): Promise<FoundRun | undefined> {
    return this.files.waiting(uuid);
  }

  async get(uuid: string): Promise<RunRecord | undefined> {
    if (!isUuid(uuid)) return undefined;
    const [noted] = await this.history.read([uuid]);
    if (noted !== undefined) return noted.record;
    const record = this.heldRecord(uuid) ?? (await this.files.record(uuid));
    if (record !== undefined) return record;
    await this.history.refresh();
    return (await this.history.read([uuid]))[0]?.record;
  }

  async result(uuid: string): Promise<JsonText | undefined> {
    const record = await this.get(uuid);
    if (record === undefined || !isTerminal(record.state)) return undefined;
    const [noted] = await this.history.read([uuid]);
    const result = noted?.result ?? (await this.files.result(record));
    if (result !== undefined || record.resultBytes === undefined) return result;
    const reason =
      noted === undefined
        ? "its file is missing or damaged, or the disk was full"
        : `synchronous runs keep results of up to ${MAX_NOTED_BYTES} bytes`;
    throw new ServiceError("result_not_kept", { uuid, bytes: record.resultBytes, reason });
  }

  async list(filter: RunFilter): Promise<RunPage> {
    await this.refresh();
    return listRuns(filter, {
      indexes: [this.scan.index, this.history.index],
      read: (uuids) => this.readMany(uuids),
    });
  }

  counts(): Partial<Record<RunRecord["state"], number>> {
    const counts = this.scan.index.counts();
    for (const [state, number] of Object.entries(this.history.index.counts())) {
      counts[state as RunRecord["state"]] = (counts[state as RunRecord["state"]] ?? 0) + number;
    }
    return counts;
  }

  drop(uuid: string, fence: number): Promise<boolean> {
    return this.chain.run(uuid, async () => {
      if (!(await this.files.remove(uuid, fence))) return false;
      this.unwritten.delete(uuid);
      this.logs.close(uuid);
      this.scan.forget(uuid);
      return true;
    });
  }

  disown(uuids: readonly string[]): void {
    for (const uuid of uuids) this.logs.lose(uuid);
    for (const uuid of uuids) if (!isTerminal(this.scan.index.get(uuid)?.state ?? "done")) this.scan.forget(uuid);
  }

  async remove(uuid: string): Promise<boolean> {
    const record = await this.get(uuid);
    if (record === undefined || !isTerminal(record.state)) return false;
    await this.chain.run(uuid, async () => {
      this.unwritten.delete(uuid);
      this.logs.close(uuid);
      await this.files.removeEnded(uuid);
      this.scan.forget(uuid);
      if (this.history.index.get(uuid) !== undefined) await this.history.remove(uuid);
    });
    return true;
  }

  appendLog(uuid: string, line: string): void {
    if (isUuid(uuid)) this.logs.append(uuid, line);
  }

  async renewLog(uuid: string): Promise<void> {
    await this.files.renewLog(uuid);
  }

  async closeLog(uuid: string): Promise<void> {
    this.logs.close(uuid);
  }

  async readLog(uuid: string, from: string | undefined): Promise<LogChunk | undefined> {
    const isOpen = this.logs.isOpen(uuid);
    // Before its output: when the run has ended by then, the output is complete.
    const record = await this.get(uuid);
    if (record === undefined && !isOpen) return undefined;
    const place = parsePlace(from);
    const [noted] = await this.history.read([uuid]);
    if (noted?.log !== undefined) return readLogText(noted.log, place);
    this.logs.flushOne(uuid);
    return readLogFile(this.places.log(uuid), place, record !== undefined && isTerminal(record.state));
  }

  onLog(listener: (uuid: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.retention.stop();
    this.logs.closeAll();
    await this.chain.settled();
    if (this.unwritten.uuids().length > 0) await this.writeHeld().catch((error: unknown) => this.refusal(error));
    for (const uuid of this.unwritten.uuids()) this.unwritten.get(uuid)?.whenKept?.(false);
    await this.history.close();
    this.folderHealth.close();
  }

  /** Reads the changes of other nodes, and the first state. */
  private async refresh(): Promise<void> {
    try {
      await Promise.all([this.scan.refresh(), this.history.refresh()]);
    } catch (error) {
      // `trouble` reports the state of the folder; runs in memory can still be shown.
      if (this.folderHealth.text === undefined || !isRefusedBySystem(error)) throw error;
    }
  }

  private async readMany(uuids: string[]): Promise<(RunRecord | undefined)[]> {
    const noted = await this.history.read(uuids);
    const records = noted.map((run, at) => run?.record ?? this.heldRecord(uuids[at]!));
    const missing = [...uuids.keys()].filter((at) => records[at] === undefined);
    const read = await this.files.records(missing.map((at) => uuids[at]!));
    for (const [turn, at] of missing.entries()) records[at] = read[turn];
    return records;
  }

  /** The newest record in memory, unless it is an end that is not on the disk yet. */
  private heldRecord(uuid: string): RunRecord | undefined {
    const unwritten = this.unwritten.get(uuid);
    return unwritten?.whenKept === undefined ? unwritten?.record : undefined;
  }

  private async writeHeld(): Promise<void> {
    for (const uuid of this.unwritten.uuids()) {
      await this.chain.run(uuid, async () => {
        const run = this.unwritten.get(uuid);
        if (run === undefined) return;
        const { record, result, fence, whenKept } = run;
        const isDurable = isTerminal(record.state);
        const number = await this.files.change({ record, result, fence, isDurable });
        this.unwritten.delete(uuid);
        if (number !== undefined) this.scan.note(record);
        whenKept?.(number !== undefined);
        if (number !== undefined) return;
        this.options.log.warn(
          { uuid, state: record.state },
          "cannot store the state of a run that another node took over",
        );
        this.scan.forget(uuid);
      });
    }
  }

  /** Error for the caller of a failed write. @throws the error itself when it is not a refusal of the system */
  private refusal(error: unknown): ServiceError {
    if (!isRefusedBySystem(error)) throw error;
    return new ServiceError("storage_full", { reason: this.folderHealth.report(error) }, { cause: error });
  }
}
