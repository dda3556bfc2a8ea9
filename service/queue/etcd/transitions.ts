import type { IOperation, Namespace } from "etcd3";
import type { RunRecord } from "../../model/record.js";
import type { Keeping } from "../broker/backend.js";
import { keys } from "./keys.js";
import type { Change, RunDocument } from "./run-documents.js";

/** Is the run claimed under this token? */
export function isHeld({ state, token }: RunDocument, held: string): boolean {
  return (state === "claimed" || state === "running") && String(token) === held;
}

/** Queue key of a run that may begin then; ms since the epoch. */
export function placeOf(record: RunRecord, dueAt: number): string {
  return dueAt > Date.now() ? keys.later(dueAt, record.uuid) : keys.ready(record);
}

/** Operations that requeue a claimed run; its claim ends. */
export function returned(etcd: Namespace, document: RunDocument, record: RunRecord, delayMs: number): Change {
  const place = placeOf(record, delayMs > 0 ? Date.now() + delayMs : 0);
  const { taken, ...rest } = document;
  const next: RunDocument = { ...rest, state: "waiting", record, token: document.token + 1, place };
  return { document: next, also: [...leaving(etcd, document), etcd.put(place).value("")] };
}

/** Operations that end a run in any state. */
export function ended(
  etcd: Namespace,
  document: RunDocument,
  record: RunRecord,
  resultPlace: string,
  { expiresAt }: Keeping,
): Change {
  const { uuid, endedAt = Date.now() } = record;
  const { place, taken, isToBeKilled, ...rest } = document;
  const also: IOperation[] = [
    ...leaving(etcd, document),
    ...(place === undefined ? [] : [etcd.delete().key(place)]),
    // Kept, so that it can be run again by hand.
    ...(["failed", "interrupted"].includes(record.state) ? [] : [etcd.delete().prefix(keys.payload(uuid))]),
    etcd.put(keys.ended(endedAt, uuid)).value(""),
    etcd.put(keys.endedAs(record.state, uuid)).value(""),
    ...(expiresAt === undefined ? [] : [etcd.put(keys.expiry(expiresAt, uuid)).value("")]),
  ];
  const next: RunDocument = { ...rest, state: "ended", record: { ...record, endedAt }, resultPlace };
  if (expiresAt !== undefined) next.record.expiresAt = expiresAt;
  return { document: next, also };
}

function leaving(etcd: Namespace, { record: { uuid }, taken }: RunDocument): IOperation[] {
  const gone = [keys.out(uuid), keys.claim(uuid), ...(taken === undefined ? [] : [taken])];
  return gone.map((key) => etcd.delete().key(key));
}
