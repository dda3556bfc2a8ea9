import path from "node:path";
import type { Logger } from "../base/log/logger.js";
import { isGone, isIdentity, ownIdentity, type ProcessIdentity } from "../base/process-identity.js";
import { orStorageFull } from "./storage-full.js";
import { type Version, type VersionStore, Versions } from "./versions.js";

/** Time without a renewal after which a name counts as free, ms. */
export const LEASE_MS = 15_000;
/** Time after which a name without a holder is removed, ms. */
const FORGET_MS = 86_400_000;
const CLEAN_EVERY_MS = 3_600_000;
const CLEAN_AT_ONCE = 500;

export interface UniqueOptions {
  /** WORK; absolute. */
  workFolder: string;
  /** `host:port` of this node. */
  node: () => string;
  log: Pick<Logger, "warn">;
  /** Store of the names; default: in the work folder. */
  versions?: VersionStore;
  /** Time without a renewal after which a name counts as free, ms. */
  leaseMs?: number;
}

/** The right to be the only run of a name. */
export interface Lease {
  readonly name: string;
  readonly uuid: string;
  /** Fencing token: grows with each new holder of the name. */
  readonly token: number;
  /** Aborts when another holder took the name, as this node did not renew it in time. */
  readonly signal: AbortSignal;
  /** It has not been renewed for so long that another node may take it over soon: it is renewed before it is used. */
  readonly isLate: boolean;
  /** Is it still held? Reads the disk: call it before an operation that only the holder may do. */
  isHeld(): Promise<boolean>;
  /** Frees the name; further calls do nothing. */
  release(): Promise<void>;
}

/** Holder of a name. */
export interface Holder {
  uuid: string;
  /** `host:port` */
  node: string;
}

interface Entry extends Holder {
  process: ProcessIdentity;
  isFree?: true;
}

interface Held {
  lease: Lease;
  text: string;
  renewedAt: number;
  /** Settles when the renewal under way is over. */
  renewing?: Promise<void>;
  lose: AbortController;
}

/**
 * Names of runs that must not run twice at a time (`rojob.unique`), across all nodes that share the work folder:
 * versions of a text in `.rojob/unique/`, which is renewed while the name is held. A name is free again when it was
 * released, when its holder is a process of this machine that is gone, or when it was not renewed for a while.
 */
export class UniqueNames {
  private readonly versions: VersionStore;
  private readonly held = new Set<Held>();
  /** Time without a renewal after which a name counts as free, ms. */
  readonly leaseMs: number;
  private timer: NodeJS.Timeout | undefined;
  private cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: UniqueOptions) {
    this.versions = options.versions ?? new Versions(path.join(options.workFolder, ".rojob", "unique"), false);
    this.leaseMs = options.leaseMs ?? LEASE_MS;
  }

  /**
   * Takes the name for a run, if it is free.
   * @param isStill has the holder not renewed it for long enough? Gets a text that each renewal changes. Without it the
   *   clock of the file system decides
   * @throws ServiceError `storage_full`
   */
  async acquire(name: string, uuid: string, isStill?: (beat: string) => boolean): Promise<Lease | undefined> {
    this.cleanNowAndThen();
    const key = encodeURIComponent(name);
    const seen = await this.versions.newest(key);
    const holder = seen && (await this.holderOf(seen, isStill));
    // A run may take its name along to the node that executes it.
    if (holder !== undefined && holder.uuid !== uuid) return undefined;
    const number = (seen?.number ?? 0) + 1;
    const entry: Entry = { uuid, node: this.options.node(), process: ownIdentity() };
    const text = JSON.stringify(entry);
    if (!(await orStorageFull(this.versions.add(key, number, text)))) return undefined;
    return this.hold(name, key, number, entry, text);
  }

  /** Present holder of the name. */
  async holder(name: string): Promise<Holder | undefined> {
    const seen = await this.versions.newest(encodeURIComponent(name));
    return seen === undefined ? undefined : await this.holderOf(seen);
  }

  /** Releases all names. */
  async close(): Promise<void> {
    await Promise.all([...this.held].map(({ lease }) => lease.release()));
  }

  private hold(name: string, key: string, number: number, entry: Entry, text: string): Lease {
    const lose = new AbortController();
    const isLate = (): boolean => performance.now() - held.renewedAt > this.leaseMs / 2;
    const lease: Lease = {
      name,
      uuid: entry.uuid,
      token: number,
      signal: lose.signal,
      get isLate() {
        return isLate();
      },
      isHeld: async () => {
        // Renewed first when it is late: no other node may take it while the holder acts.
        if (isLate()) await this.renewNow(held);
        return this.held.has(held) && (await this.versions.newest(key))?.number === number;
      },
      release: async () => {
        if (!this.held.delete(held)) return;
        this.stopWhenIdle();
        await held.renewing;
        await this.versions.rewrite(key, number, JSON.stringify({ ...entry, isFree: true }));
      },
    };
    const held: Held = { lease, text, renewedAt: performance.now(), lose };
    this.held.add(held);
    this.timer ??= setInterval(() => this.renewAll(), this.leaseMs / 5).unref();
    return lease;
  }

  private async holderOf(
    { number, text, writtenAt }: Version,
    isStill?: (beat: string) => boolean,
  ): Promise<Holder | undefined> {
    const entry = readEntry(text);
    // A version that cannot be parsed was half written by a process that died.
    if (entry?.isFree || (entry !== undefined && isGone(entry.process))) return undefined;
    const isOver = isStill?.(`${number} ${writtenAt}`) ?? (await this.versions.now()) - writtenAt > this.leaseMs;
    if (isOver) return undefined;
    return { uuid: entry?.uuid ?? "", node: entry?.node ?? "" };
  }

  private renewAll(): void {
    for (const held of this.held) void this.renewNow(held);
  }

  private renewNow(held: Held): Promise<void> {
    held.renewing ??= this.renew(held).finally(() => {
      held.renewing = undefined;
    });
    return held.renewing;
  }

  private async renew(held: Held): Promise<void> {
    const { name, token } = held.lease;
    const startedAt = performance.now();
    try {
      // The same text again: concurrent readers see nothing else.
      if (await this.versions.rewrite(encodeURIComponent(name), token, held.text)) held.renewedAt = startedAt;
      else if (this.held.has(held)) await this.follow(held);
    } catch (error) {
      this.options.log.warn({ err: error, name }, "cannot renew the lease of a unique name");
      if (performance.now() - held.renewedAt > this.leaseMs) this.lose(held, "it could not be renewed");
    }
  }

  /** Another holder has the name now: the same run on another node, or another run. */
  private async follow(held: Held): Promise<void> {
    const holder = await this.holder(held.lease.name);
    if (holder?.uuid !== held.lease.uuid) return this.lose(held, "it was taken over");
    this.held.delete(held);
    this.stopWhenIdle();
    held.lose.abort("moved");
  }

  private lose(held: Held, reason: string): void {
    this.held.delete(held);
    this.stopWhenIdle();
    const { name, uuid } = held.lease;
    this.options.log.warn({ name, uuid, reason }, "the lease of a unique name was lost");
    held.lose.abort("lost");
  }

  private stopWhenIdle(): void {
    if (this.held.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private cleanNowAndThen(): void {
    if (performance.now() - this.cleanedAt < CLEAN_EVERY_MS) return;
    this.cleanedAt = performance.now();
    this.versions
      .clean(Date.now() - FORGET_MS, CLEAN_AT_ONCE, () => true)
      .catch((error: unknown) => this.options.log.warn({ err: error }, "cannot remove old unique names"));
  }
}

/** Name of the file of a lease, in the folder of its versions. */
export function fileOfName(name: string, token: number): string {
  return `${encodeURIComponent(name)}.${token}`;
}

function readEntry(text: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    const { uuid, node, process } = (entry ?? {}) as Record<string, unknown>;
    return typeof uuid === "string" && typeof node === "string" && isIdentity(process) ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
