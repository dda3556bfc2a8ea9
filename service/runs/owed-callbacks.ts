import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "../base/log/logger.js";
import type { RunRecord } from "../model/record.js";
import { orStorageFull } from "../store/storage-full.js";
import { fileOfName, LEASE_MS, type Lease, UniqueNames } from "../store/unique-names.js";
import { syncFolder, Versions } from "../store/versions.js";

/** A run that nobody knows may be one that another node is just accepting, for so long, ms. */
const ACCEPTING_MS = 3_600_000;
/** How far the clocks of two lives of a node may be apart, ms. */
const CLOCKS_MS = 1000;
/** A callback that its node has not sent for so long after it was due is anybody's, ms. */
const ABANDONED_MS = 60_000;
/** Folder of the leases of those who send; no uuid of a run looks like it. */
const SENDING = "sending";

/** The runs whose callback is owed. */
export interface Owed {
  /** How often to look for what other nodes have left, ms. */
  readonly sweepMs?: number;
  /**
   * Durable when it resolves.
   * @param url where to; for a run whose record is damaged later
   * @throws ServiceError `storage_full`, `queue_unavailable`
   */
  add(uuid: string, url: string): Promise<void>;
  remove(uuid: string): Promise<void>;
  /**
   * The ended runs whose callback this node may deliver. What is not owed any more is removed.
   * @param node `host:port` of this node
   * @param isKnown runs that need not be looked at
   */
  ended(
    node: string,
    get: (uuid: string) => Promise<RunRecord | undefined>,
    isKnown: (uuid: string) => boolean,
  ): Promise<RunRecord[]>;
  /**
   * The right to make the next attempt; false when another node has it, or there is nothing more to deliver. `later`: somebody
   * else is making one, and may die over it.
   */
  take(uuid: string): Promise<boolean | "later">;
  /** The attempt is over. */
  give?(uuid: string): Promise<void>;
  close?(): Promise<void>;
}

export interface OwedOptions {
  /** WORK; absolute. */
  workFolder: string;
  /** `host:port` of this node. */
  node: () => string;
  /** The record of a run as it is now. */
  get(uuid: string): Promise<RunRecord | undefined>;
  log: Pick<Logger, "warn">;
}

/**
 * The runs whose callback is owed, as files with its address in `.rojob/callbacks/`: written before a run is accepted, removed when its
 * callback was delivered or given up. A node that comes up again finds what it owes without reading every record. Who makes an
 * attempt has a lease in `.rojob/callbacks/sending/`: two lives of a node never make the same one.
 */
export class OwedCallbacks implements Owed {
  readonly sweepMs = 30_000;
  private readonly folder: string;

  private readonly sending: UniqueNames;
  private readonly leases = new Map<string, Lease>();
  private readonly life = randomUUID();

  constructor(private readonly options: OwedOptions) {
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

  /** Gives the lease back for good: whoever takes it again finds by the record that there is nothing more to do. */
  private async leave(uuid: string): Promise<void> {
    const lease = this.leases.get(uuid);
    await this.give(uuid);
    if (lease !== undefined) await rm(path.join(this.folder, SENDING, fileOfName(uuid, lease.token)), { force: true });
  }

  /**
   * The ended runs whose callback is still owed: those of this node, and those that another one, which may never come back,
   * has left. The lease of whoever sends keeps two nodes from sending the same one.
   */
  async ended(
    node: string,
    get: (uuid: string) => Promise<RunRecord | undefined>,
    isKnown: (uuid: string) => boolean,
  ): Promise<RunRecord[]> {
    const owed: RunRecord[] = [];
    for (const uuid of await this.uuids()) {
      if (isKnown(uuid)) continue;
      const record = await this.withCallback(await get(uuid));
      if (record?.callback?.state === "waiting") {
        if (record.endedAt !== undefined && (record.node === node || isAbandoned(record))) owed.push(record);
      } else if (record === undefined ? await this.isOld(uuid) : record.endedAt !== undefined) await this.remove(uuid);
    }
    return owed;
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
      // This process may have stood still: somebody else is at it then.
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

  /** A record that was damaged says nothing of a callback any more, before its end too; what is owed does. */
  private async withCallback(record: RunRecord | undefined): Promise<RunRecord | undefined> {
    if (record === undefined || record.callback !== undefined) return record;
    const url = await this.addressOf(record.uuid);
    return url === undefined ? record : { ...record, callback: { url, state: "waiting", attempts: [] } };
  }

  /** Undefined of what is not owed, or was promised by a version that kept no address. */
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
