import { createHash } from "node:crypto";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, backoffMs } from "../base/backoff.js";
import { ServiceError } from "../base/errors.js";
import type { Logger } from "../base/log/logger.js";
import { isGone, isIdentity, ownIdentity, type ProcessIdentity } from "../base/process-identity.js";
import { orStorageFull } from "../store/storage-full.js";
import { type Version, type VersionStore, Versions } from "../store/versions.js";

/** Longest key, characters. */
const LONGEST_KEY = 255;
/** Longest wait for another request that is accepting a run under the same key, ms. */
const MAX_WAIT_MS = 10_000;
/** Time after which a claim from another machine counts as abandoned, ms. */
const CLAIM_MS = 60_000;
/** Time for which expired keys stay, so that no process still reads them, ms. */
export const GRACE_MS = 3_600_000;
/** Time between two passes of cleaning, ms; each looks at one folder of 256. */
const CLEAN_EVERY_MS = 60_000;
const CLEAN_AT_ONCE = 2000;
/** Pauses before the outcome of a claim is stored again after a failure. */
const RETRIES_OF_SETTLE: Backoff = { firstMs: 1000, longestMs: 30_000 };
const FOLDERS = 256;

export interface IdempotencyOptions {
  /** WORK; absolute. */
  workFolder: string;
  /** IDEMPOTENCYTTL in ms. */
  ttlMs: number;
  /** Store of the keys; default: in the work folder. */
  versions?: VersionStore;
  log: Pick<Logger, "warn">;
  /** Was a run with this uuid accepted, and is it still kept? */
  isKnown(uuid: string): Promise<boolean>;
  /** Longest wait for another request that is accepting a run under the same key, ms. */
  maxWaitMs?: number;
}

/** The run of a key. */
export interface KeyClaim {
  uuid: string;
  /** The key was claimed just now, for this run. */
  isNew: boolean;
}

interface Entry {
  uuid: string;
  /** Hash of the request. */
  payload: string;
  /** ms since the epoch. */
  at: number;
  process: ProcessIdentity;
  /** `claimed`: there is no run yet; `released`: there will be none. */
  state: "claimed" | "accepted" | "released";
}

/**
 * Header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same key and payload stand for one run, on
 * all nodes that share the work folder, however often and to whichever node they are sent. Kept as small files in
 * `.rojob/idempotency/`, under the SHA-256 of the key.
 *
 * A key is *claimed* before its run is accepted and *accepted* after it. When a process dies in between and its run
 * does not exist, the next request claims the key anew.
 */
export class IdempotencyKeys {
  private readonly folders = new Map<string, VersionStore>();
  private readonly cleaning: NodeJS.Timeout;
  private nextToClean = 0;
  private isClosed = false;

  constructor(private readonly options: IdempotencyOptions) {
    this.cleaning = setInterval(() => this.clean(), CLEAN_EVERY_MS).unref();
  }

  /**
   * Accepts a run once.
   * @param payloadHash hash of all that defines the run
   * @param accept records the run durably; called only for a new key. Its errors are thrown on, and the key is free
   * again
   * @throws ServiceError `bad_idempotency_key`, `idempotency_key_reused`, `idempotency_key_busy`, `storage_full`
   */
  async once(key: string, payloadHash: string, uuid: string, accept: () => Promise<void>): Promise<KeyClaim> {
    let claim: KeyClaim;
    try {
      claim = await this.claim(key, payloadHash, uuid);
      if (!claim.isNew) return claim;
      await accept();
    } catch (error) {
      // The claim may have been made although its answer was lost.
      await this.release(key, uuid);
      throw error;
    }
    await this.accepted(key, uuid);
    return claim;
  }

  /**
   * Claims a key for a run that is about to be accepted, or returns the run of the key. Waits while another request is
   * accepting a run under it. {@link accepted} or {@link release} has to follow a claim; `once` does all three.
   * @throws ServiceError `bad_idempotency_key`, `idempotency_key_reused`, `idempotency_key_busy`, `storage_full`
   */
  async claim(key: string, payloadHash: string, uuid: string): Promise<KeyClaim> {
    const { folder, name } = this.place(key);
    const entry: Entry = { uuid, payload: payloadHash, at: Date.now(), process: ownIdentity(), state: "claimed" };
    const deadline = performance.now() + (this.options.maxWaitMs ?? MAX_WAIT_MS);
    for (let pauseMs = 2; ; pauseMs = Math.min(2 * pauseMs, 100)) {
      const newest = await folder.newest(name);
      const present = this.present(newest);
      if (present !== undefined && present.payload !== payloadHash) throw new ServiceError("idempotency_key_reused");
      if (present?.state === "accepted" || (present !== undefined && (await this.options.isKnown(present.uuid)))) {
        return { uuid: present.uuid, isNew: false };
      }
      if (present === undefined || isAbandoned(present)) {
        const added = folder.add(name, (newest?.number ?? 0) + 1, JSON.stringify(entry));
        if (await orStorageFull(added)) return { uuid, isNew: true };
        continue;
      }
      if (performance.now() > deadline) throw new ServiceError("idempotency_key_busy");
      await sleep(pauseMs);
    }
  }

  /**
   * Stores that the run of a claim was accepted: the key stands for it from now on, also when the run is not kept any
   * more.
   */
  async accepted(key: string, uuid: string): Promise<void> {
    await this.settle(key, uuid, "accepted", 0);
  }

  /** Frees the key of a claim whose run was refused. */
  async release(key: string, uuid: string): Promise<void> {
    await this.settle(key, uuid, "released", 0);
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.cleaning);
  }

  /**
   * Tried again while it cannot be stored, because the disk is full or the queue is away: a claim of a living process
   * blocks its key.
   */
  private async settle(key: string, uuid: string, state: Entry["state"], failures: number): Promise<void> {
    const { folder, name } = this.place(key);
    try {
      const newest = await folder.newest(name);
      const entry = newest && readEntry(newest.text);
      if (newest === undefined || entry?.uuid !== uuid) return; // taken over: this process was thought dead
      // A queue that went away during the acceptance of a run knows only when it is back whether it has the run.
      const isAccepted = state === "accepted" || (await this.options.isKnown(uuid));
      const settled: Entry = { ...entry, state: isAccepted ? "accepted" : state };
      await folder.rewrite(name, newest.number, JSON.stringify(settled));
    } catch (error) {
      if (this.isClosed) return; // The claim of a process that has ended is free.
      if (failures === 0) {
        const message = "cannot record the outcome of an idempotency key: retrying";
        this.options.log.warn({ err: error, uuid, state }, message);
      }
      const again = (): void => void this.settle(key, uuid, state, failures + 1);
      setTimeout(again, backoffMs(failures + 1, RETRIES_OF_SETTLE)).unref();
    }
  }

  /** The entry of the key, unless the key is free. */
  private present(newest: Version | undefined): Entry | undefined {
    const entry = newest && readEntry(newest.text);
    if (entry === undefined || entry.state === "released" || entry.at + this.options.ttlMs < Date.now())
      return undefined;
    return entry;
  }

  private place(key: string): { folder: VersionStore; name: string } {
    const name = createHash("sha256").update(readIdempotencyKey(key)).digest("hex");
    return { folder: this.folder(name.slice(0, 2)), name };
  }

  private folder(part: string): VersionStore {
    if (this.options.versions !== undefined) return this.options.versions;
    let folder = this.folders.get(part);
    if (folder === undefined) {
      folder = new Versions(path.join(this.options.workFolder, ".rojob", "idempotency", part), true);
      this.folders.set(part, folder);
    }
    return folder;
  }

  private clean(): void {
    const part = (this.nextToClean++ % FOLDERS).toString(16).padStart(2, "0");
    this.folder(part)
      .clean(Date.now() - this.options.ttlMs - GRACE_MS, CLEAN_AT_ONCE, () => true)
      .catch((error: unknown) => this.options.log.warn({ err: error }, "cannot remove old idempotency keys"));
  }
}

/**
 * The key of a header: a structured-field string in double quotes (RFC 8941), as the draft says, or the bare text that
 * many clients send. Both forms of one text are one key.
 * @throws ServiceError `bad_idempotency_key`
 */
export function readIdempotencyKey(header: string): string {
  const text = header.trim();
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text);
  const key = quoted === null ? text : quoted[1]!.replace(/\\(["\\])/g, "$1");
  if (key.length < 1 || key.length > LONGEST_KEY || !/^[\x20-\x7e]*$/.test(key) || (quoted === null && /"/.test(key))) {
    throw new ServiceError("bad_idempotency_key", { limit: LONGEST_KEY });
  }
  return key;
}

/** Is no process accepting a run for it any more? */
function isAbandoned({ process, at }: Entry): boolean {
  if (isGone(process)) return true;
  return process.place !== ownIdentity().place && at + CLAIM_MS < Date.now();
}

function readEntry(text: string): Entry | undefined {
  try {
    const entry = JSON.parse(text) as Entry | null;
    return typeof entry?.uuid === "string" && isIdentity(entry.process) ? entry : undefined;
  } catch {
    return undefined; // half written, by a process or a disk that did not come to its end
  }
}
