import type { IOperation, ITxnResponse, Namespace } from "etcd3";
import type { RunRecord } from "../../model/record.js";
import { keys } from "./keys.js";

/** Value of `q/run/UUID`. */
export interface RunDocument {
  state: "waiting" | "claimed" | "running" | "ended";
  record: RunRecord;
  /** Grows with every claim, and whenever a claim is revoked. */
  token: number;
  /** Key in the ready list while it waits. */
  place?: string;
  /** Its key among the limited places of its name while it is claimed. */
  taken?: string;
  /** Most runs of its name at a time; 0: no limit. */
  most: number;
  redeliveries: number;
  isToBeKilled?: boolean;
  /** The last change was not of its state: no message is due. */
  isQuiet?: boolean;
  /** Key of its result. */
  resultPlace?: string;
}

/** A document, and the revision it was read at. */
export interface Read {
  document: RunDocument;
  revision: number;
}

/** A new document, and the further operations of the change. */
export interface Change {
  document: RunDocument;
  also: IOperation[];
  /** See {@link RunDocument}. */
  isQuiet?: boolean;
  /** Keys that must not be there. */
  free?: string[];
}

/** Most attempts of a change when others change the same run at the same time. */
const MAX_TRIES = 20;
/** Number of cached documents. */
const MAX_KNOWN = 10_000;

/**
 * Documents of runs. Caches the newest version of each, from own writes and from the watch. A change is tried with the
 * cached version first: if that is current the change takes a single request.
 */
export class Documents {
  private readonly known = new Map<string, Read>();

  constructor(private readonly etcd: Namespace) {}

  /** Caches a version. */
  note(document: RunDocument, revision: number): void {
    const { uuid } = document.record;
    const before = this.known.get(uuid);
    if (before !== undefined && before.revision > revision) return;
    if (document.state === "ended") this.known.delete(uuid);
    else if (before !== undefined || this.known.size < MAX_KNOWN) this.known.set(uuid, { document, revision });
  }

  /** The cached version; it may be outdated. */
  cached(uuid: string): Read | undefined {
    return this.known.get(uuid);
  }

  /** Forgets the cache: messages about changes may have been missed. */
  forget(): void {
    this.known.clear();
  }

  /** @returns undefined when there is no such run */
  async read(uuid: string): Promise<Read | undefined> {
    const [kv] = (await this.etcd.get(keys.run(uuid)).exec()).kvs;
    if (kv === undefined) {
      this.known.delete(uuid);
      return undefined;
    }
    const read = { document: JSON.parse(kv.value.toString()) as RunDocument, revision: Number(kv.mod_revision) };
    this.note(read.document, read.revision);
    return read;
  }

  /**
   * Changes a run atomically: computes the change, and writes it unless the run was changed meanwhile; otherwise reads
   * the run and tries again.
   * @param change returns the new document with further operations of the same transaction, or undefined to leave it
   * @returns the written document; undefined when it was left
   */
  async change(uuid: string, change: (read: Read | undefined) => Change | undefined): Promise<RunDocument | undefined> {
    const cached = this.cached(uuid);
    const guessed = cached === undefined ? undefined : change(cached);
    if (cached !== undefined && guessed !== undefined && (await this.write(cached, guessed)) !== undefined) {
      return guessed.document;
    }
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const read = await this.read(uuid);
      const wanted = change(read);
      if (wanted === undefined) return undefined;
      if ((await this.write(read, wanted, uuid)) !== undefined) return wanted.document;
    }
    throw new Error(`run ${uuid} was changed by others at every attempt`);
  }

  /**
   * Writes a change of a version, unless there is a newer one.
   * @returns the answers to the operations; undefined when there is a newer version
   */
  async write(
    read: Read | undefined,
    { document, also, isQuiet, free = [] }: Change,
    uuid = document.record.uuid,
  ): Promise<ITxnResponse["responses"] | undefined> {
    const key = keys.run(uuid);
    let unchanged =
      read === undefined ? this.etcd.if(key, "Create", "==", 0) : this.etcd.if(key, "Mod", "==", read.revision);
    for (const other of free) unchanged = unchanged.and(other, "Create", "==", 0);
    const text = JSON.stringify({ ...document, isQuiet: isQuiet ? true : undefined });
    const { succeeded, responses, header } = await unchanged.then(this.etcd.put(key).value(text), ...also).commit();
    if (!succeeded) {
      this.known.delete(uuid);
      return undefined;
    }
    this.note(document, Number(header.revision));
    return responses.slice(1);
  }
}
