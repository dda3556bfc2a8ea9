import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RunRecord } from "./record.js";
import { orStorageFull } from "./storage-full.js";
import { syncFolder } from "./versions.js";

/** A run that nobody knows may be one that another node is just accepting, for so long, ms. */
const ACCEPTING_MS = 3_600_000;

/** The runs whose callback is owed. */
export interface Owed {
  /** How often to look for what other nodes have left, ms; undefined: they have their own. */
  readonly sweepMs?: number;
  /**
   * Durable when it resolves.
   * @throws ServiceError `storage_full`, `queue_unavailable`
   */
  add(uuid: string): Promise<void>;
  remove(uuid: string): Promise<void>;
  /** The ended runs whose callback this node may deliver. What is not owed any more is removed. */
  ended(node: string, get: (uuid: string) => Promise<RunRecord | undefined>): Promise<RunRecord[]>;
  /** The right to make the next attempt; false when another node has it, or there is nothing more to deliver. */
  take(uuid: string): Promise<boolean>;
}

/**
 * The runs whose callback is owed, as empty files in `.rojob/callbacks/`: written before a run is accepted, removed when its
 * callback was delivered or given up. A node that comes up again finds what it owes without reading every record.
 */
export class OwedCallbacks implements Owed {
  private readonly folder: string;

  /** @param workFolder WORK; absolute */
  constructor(workFolder: string) {
    this.folder = path.join(workFolder, ".rojob", "callbacks");
  }

  /**
   * On the disk when it resolves.
   * @throws ServiceError `storage_full`
   */
  async add(uuid: string): Promise<void> {
    await orStorageFull(this.write(uuid));
  }

  async remove(uuid: string): Promise<void> {
    await rm(this.file(uuid), { force: true });
  }

  /**
   * The ended runs of a node whose callback is still owed. What is not owed any more is removed.
   * @param node `host:port`; the others are theirs who accepted them
   */
  async ended(node: string, get: (uuid: string) => Promise<RunRecord | undefined>): Promise<RunRecord[]> {
    const owed: RunRecord[] = [];
    for (const uuid of await this.uuids()) {
      const record = await get(uuid);
      if (record?.callback?.state === "waiting") {
        if (record.node === node && record.endedAt !== undefined) owed.push(record);
      } else if (record !== undefined || (await this.isOld(uuid))) await this.remove(uuid);
    }
    return owed;
  }

  /** Each node has its own. */
  async take(): Promise<boolean> {
    return true;
  }

  private async write(uuid: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(this.file(uuid), "", { mode: 0o600 });
    await syncFolder(this.folder);
  }

  private file(uuid: string): string {
    return path.join(this.folder, uuid);
  }

  private async uuids(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter((name) => !name.startsWith("."));
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
