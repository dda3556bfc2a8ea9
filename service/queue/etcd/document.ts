import type { IOperation, Namespace } from "etcd3";
import type { RunRecord } from "../../runs/record.js";
import { keys } from "./keys.js";

/** What `q/run/UUID` holds. */
export interface RunDocument {
  state: "waiting" | "claimed" | "running" | "ended";
  record: RunRecord;
  /** Grows with every claim, and whenever a claim is taken away. */
  token: number;
  /** Key in line while it waits. */
  place?: string;
  /** Its place among the runs of its name while it is given out. */
  taken?: string;
  /** Most runs of its name at a time; 0: no limit. */
  most: number;
  redeliveries: number;
  isToBeKilled?: boolean;
  /** The last change was none of its state: nobody is to be told. */
  isQuiet?: boolean;
  /** Where its result is. */
  resultPlace?: string;
}

/** A document, and the revision it was read at. */
export interface Read {
  document: RunDocument;
  revision: string;
}

/** A new document, and what else changes with it. */
export interface Change {
  document: RunDocument;
  also: IOperation[];
  /** See {@link RunDocument}. */
  isQuiet?: boolean;
}

/** How often a change is tried again when others change the same run at the same time. */
const MOST_TRIES = 20;

/** @returns undefined when there is no such run */
export async function readRun(etcd: Namespace, uuid: string): Promise<Read | undefined> {
  const [kv] = (await etcd.get(keys.run(uuid)).exec()).kvs;
  return kv === undefined
    ? undefined
    : { document: JSON.parse(kv.value.toString()) as RunDocument, revision: kv.mod_revision };
}

/**
 * Changes a run whole or not at all: reads it, asks for the change, and writes that if nobody has changed the run
 * meanwhile; otherwise once more from the start.
 * @param change gives the new document with further operations of the same transaction, or undefined to leave it
 * @returns what was written, undefined when it was left
 */
export async function changeRun(
  etcd: Namespace,
  uuid: string,
  change: (read: Read | undefined) => Change | undefined,
): Promise<RunDocument | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const read = await readRun(etcd, uuid);
    const wanted = change(read);
    if (wanted === undefined) return undefined;
    const key = keys.run(uuid);
    const unchanged =
      read === undefined ? etcd.if(key, "Create", "==", 0) : etcd.if(key, "Mod", "==", Number(read.revision));
    const written = await unchanged.then(etcd.put(key).value(JSON.stringify(wanted.document)), ...wanted.also).commit();
    if (written.succeeded) return wanted.document;
  }
  throw new Error(`run ${uuid} is changed by others all the time`);
}

/** A document as it is written. */
export function textOf(document: RunDocument, isQuiet = false): string {
  return JSON.stringify({ ...document, isQuiet: isQuiet ? true : undefined });
}
