import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { ServiceError } from "../base/errors.js";
import type { Logger } from "../base/log/logger.js";
import type { RunQueue } from "../model/queue.js";
import type { QueuedRun } from "../model/record.js";
import type { RunStore } from "../model/store.js";
import { syncFolder } from "../store/versions.js";
import type { Callbacks } from "./callbacks.js";

/** Refusals that mean that nothing is on the disk. */
const REFUSALS = ["storage_full", "not_ready", "callback_not_allowed"];
/** A signature is valid for 5 minutes: a request later than this is refused anyway, ms. */
const WITHDRAWN_MS = 900_000;
/** Retention of receipts, for nodes that are away for so long, ms. */
const RECEIPT_MS = 30 * 86_400_000;

export interface ReceivedRunsOptions {
  /** WORK; absolute. */
  workFolder: string;
  /** `host:port` of this node. */
  node: () => string;
  queue: Pick<RunQueue, "get" | "submit">;
  store: Pick<RunStore, "accepted">;
  callbacks: Pick<Callbacks, "check" | "promise">;
  log: Pick<Logger, "warn">;
}

/**
 * Runs that stopping nodes hand to this one. Each hand-over leaves a receipt, an empty file in `.rojob/taken/`: it
 * proves the hand-over also when the run is not kept any more, or has been handed to a third node.
 */
export class ReceivedRuns {
  private readonly folder: string;
  private readonly underWay = new Map<string, Promise<boolean>>();
  /** Hand-overs that this node has promised to refuse, and the time of the promise. */
  private readonly withdrawn = new Map<string, number>();
  private cleaned: Promise<void> | undefined;

  constructor(private readonly options: ReceivedRunsOptions) {
    this.folder = path.join(options.workFolder, ".rojob", "taken");
  }

  /**
   * Accepts a run of another node under its uuid.
   * @param id of the hand-over, a safe file name; a second call with it changes nothing
   * @param isOpen does this node accept new runs?
   * @returns false: the run is not here, and this hand-over never brings it
   * @throws ServiceError of the queue when it is unknown whether the run is stored
   */
  take(run: QueuedRun, id: string, isOpen: () => boolean): Promise<boolean> {
    const taking = this.underWay.get(id) ?? this.takeOnce(run, id, isOpen).finally(() => this.underWay.delete(id));
    this.underWay.set(id, taking);
    return taking;
  }

  /** Was it taken? If not, it never will be. */
  async has(uuid: string, id: string): Promise<boolean> {
    // Before anything is awaited, so that a request during it finds the entry.
    this.withdrawn.set(id, performance.now());
    for (const [old, at] of this.withdrawn) {
      if (performance.now() - at < WITHDRAWN_MS) break;
      this.withdrawn.delete(old);
    }
    // The caller of the other request gets its error.
    await this.underWay.get(id)?.catch(() => false);
    return (await this.hasReceipt(id)) || (await this.isHere(uuid)) === "ours";
  }

  private async takeOnce(run: QueuedRun, id: string, isOpen: () => boolean): Promise<boolean> {
    const { node, queue, callbacks, log } = this.options;
    const { uuid, callback } = run.record;
    if (await this.hasReceipt(id)) return true;
    const here = await this.isHere(uuid);
    if (here !== "no") return here === "ours";
    if (this.withdrawn.has(id) || !isOpen()) return false;
    try {
      if (callback !== undefined) {
        callbacks.check(callback.url);
        await callbacks.promise(uuid, callback.url);
      }
      await queue.submit({ ...run, record: { ...run.record, node: node() } });
    } catch (error) {
      if (error instanceof ServiceError && REFUSALS.includes(error.code)) return false;
      throw error;
    }
    this.cleaned ??= this.clean();
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(path.join(this.folder, id), "", { mode: 0o600, flush: true });
      await syncFolder(this.folder);
    } catch (error) {
      // The run itself proves that it was taken, for as long as it is kept.
      log.warn({ uuid, err: error }, "cannot write the receipt of a run that was taken over");
    }
    return true;
  }

  /** `elsewhere`: the run in the folder is another node's, or this node was handing it over itself. */
  private async isHere(uuid: string): Promise<"ours" | "elsewhere" | "no"> {
    const { queue, store, node } = this.options;
    const record = await queue.get(uuid);
    if (record === undefined) return "no";
    if (record.node !== node()) return "elsewhere";
    return (await store.accepted(uuid))?.handOver === undefined ? "ours" : "elsewhere";
  }

  private async hasReceipt(id: string): Promise<boolean> {
    return (await stat(path.join(this.folder, id)).catch(missing)) !== undefined;
  }

  private async clean(): Promise<void> {
    try {
      for (const id of await readdir(this.folder)) {
        const file = path.join(this.folder, id);
        const { mtimeMs } = await stat(file);
        if (mtimeMs < Date.now() - RECEIPT_MS) await rm(file, { force: true });
      }
    } catch (error) {
      if (missing(error) !== undefined) throw error;
    }
  }
}

/** @throws the error unless it means that there is no such file */
function missing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  return undefined;
}
