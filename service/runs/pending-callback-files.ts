import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "../base/log/logger.js";
import type { RunRecord } from "../model/record.js";
import { orStorageFull } from "../store/storage-full.js";
import { fileOfName, LEASE_MS, type Lease, UniqueNames } from "../store/unique-names.js";
import { syncFolder, Versions } from "../store/versions.js";

/** Time for which an unknown run may be one that another node is just accepting, ms. */
const ACCEPTING_MS = 3_600_000;
/** Largest difference between the clocks of two processes of a node, ms. */
const CLOCKS_MS = 1000;
/** Time after its due time at which any node may send a callback that its own node has not sent, ms. */
const ABANDONED_MS = 60_000;
/** Folder of the leases of senders; no uuid of a run looks like it. */
const SENDING = "sending";

/** The runs with a pending callback. */
export interface PendingCallbacks {
  /** Interval of the search for callbacks of other nodes, ms. */
  readonly sweepMs?: number;
  /**
   * Durable when it resolves.
   * @param url receiver; for a run whose record is damaged later
   * @throws ServiceError `storage_full`, `queue_unavailable`
   */
  add(uuid: string, url: string): Promise<void>;
  remove(uuid: string): Promise<void>;
  /**
   * The ended runs whose callback this node may deliver. Removes callbacks that are not pending any more.
   * @param node `host:port` of this node
   * @param isKnown runs that need not be checked
   */
  ended(
    node: string,
    get: (uuid: string) => Promise<RunRecord | undefined>,
    isKnown: (uuid: string) => boolean,
  ): Promise<RunRecord[]>;
  /**
   * Takes the right to make the next attempt; false when another node has it, or nothing is pending. `later`: another
   * node is making an attempt, and may die during it.
   */
  take(uuid: string): Promise<boolean | "later">;
  /** Ends the attempt. */
  give?(uuid: string): Promise<void>;
  close?(): Promise<void>;
}

export interface PendingCallbackOptions {
  /** WORK; absolute. */
  workFolder: string;
  /** `host:port` of this node. */
  node: () => string;
  /** The present record of a run. */
  get(uuid: string): Promise<RunRecord | undefined>;
  log: Pick<Logger, "warn">;
}

/**
 * The runs with a pending callback, as files with the address in `.rojob/callbacks/`: written before a run is accepted,
 * removed when its callback was delivered or given up. A restarted node finds its pending callbacks without reading
 * every record. The sender of an attempt has a lease in `.rojob/callbacks/sending/`: two processes of a node never make
 * the same attempt.
 */
export class PendingCallbackFiles implements PendingCallbacks {
  readonly sweepMs = 30_000;
  private readonly folder: string;

  private readonly sending: UniqueNames;
  private readonly leases = new Map<string, Lease>();
  private readonly life = randomUUID();

  constructor(private readonly options: PendingCallbackOptions) {
    this.folder = path.join(options.workFolder, ".rojob", "callbacks");
    this.sending = new UniqueNames({ ...options, versions: new Versions(path.join(this.folder, SENDING), false) });
  }

  /**
   * On the disk when it resolves.
   * @throws ServiceError `storage_full`
   */
  async add(uuid: string, url: string): Promise<void> {
    await orStorageFull(this.write(uuid, url));
  }

  async remove(uuid: string): Promise<void> {
    await rm(this.file(uuid), { force: true });
    await this.leave(uuid);
  }

  /** Releases the lease for good: the next node that takes it finds by the record that nothing is pending. */
  private async leave(uuid: string): Promise<void> {
    const lease = this.leases.get(uuid);
    await this.give(uuid);
    if (lease !== undefined) await rm(path.join(this.folder, SENDING, fileOfName(uuid, lease.token)), { force: true });
  }

  /**
   * The ended runs with a pending callback: those of this node, and those of other nodes that may never come back. The
   * lease of the sender keeps two nodes from sending the same one.
   */
  async ended(
    node: string,
    get: (uuid: string) => Promise<RunRecord | undefined>,
    isKnown: (uuid: string) => boolean,
  ): Promise<RunRecord[]> {
    const pending: RunRecord[] = [];
    for (const uuid of await this.uuids()) {
      if (isKnown(uuid)) continue;
      const record = await this.withCallback(await get(uuid));
      if (record?.callback?.state === "waiting") {
        if (record.endedAt !== undefined && (record.node === node || isAbandoned(record))) pending.push(record);
      } else if (record === undefined ? await this.isOld(uuid) : record.endedAt !== undefined) await this.remove(uuid);
    }
    return pending;
  }

  async take(uuid: string): Promise<boolean | "later"> {
    const from = performance.now();
    const lease = await this.sending.acquire(uuid, this.life);
    if (lease === undefined) return "later";
    this.leases.set(uuid, lease);
    let mayTry: boolean | "later" = "later";
    try {
      const callback = (await this.withCallback(await this.options.get(uuid)))?.callback;
      mayTry = callback?.state === "waiting" && (callback.nextAt ?? 0) <= Date.now() + CLOCKS_MS;
      // This process may have been suspended: then another one sends it.
      if (performance.now() - from > LEASE_MS / 2) mayTry = "later";
    } finally {
      if (mayTry === "later") await this.give(uuid);
      if (mayTry === false) await this.leave(uuid);
    }
    return mayTry;
  }

  async give(uuid: string): Promise<void> {
    const lease = this.leases.get(uuid);
    this.leases.delete(uuid);
    await lease?.release();
  }

  async close(): Promise<void> {
    await this.sending.close();
  }

  /** A damaged record has lost its callback, before its end too; the file of the pending callback has it. */
  private async withCallback(record: RunRecord | undefined): Promise<RunRecord | undefined> {
    if (record === undefined || record.callback !== undefined) return record;
    const url = await this.addressOf(record.uuid);
    return url === undefined ? record : { ...record, callback: { url, state: "waiting", attempts: [] } };
  }

  /** Undefined when none is pending, or an earlier version, which stored no address, has written it. */
  private async addressOf(uuid: string): Promise<string | undefined> {
    try {
      return (await readFile(this.file(uuid), "utf8")) || undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  private async write(uuid: string, url: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(this.file(uuid), url, { mode: 0o600, flush: true });
    await syncFolder(this.folder);
  }

  private file(uuid: string): string {
    return path.join(this.folder, uuid);
  }

  private async uuids(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter((name) => !name.startsWith(".") && name !== SENDING);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  private async isOld(uuid: string): Promise<boolean> {
    try {
      return (await stat(this.file(uuid))).mtimeMs < Date.now() - ACCEPTING_MS;
    } catch {
      return false; // another node was faster
    }
  }
}

function isAbandoned({ endedAt = 0, callback }: RunRecord): boolean {
  return Math.max(endedAt, callback?.nextAt ?? 0) + ABANDONED_MS < Date.now();
}
