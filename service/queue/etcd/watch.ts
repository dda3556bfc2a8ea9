import type { Namespace } from "etcd3";
import type { Message } from "../broker/backend.js";
import { keys, lastPart } from "./keys.js";
import type { RunDocument } from "./run-documents.js";

/** Receivers of changes. */
export interface WatchListeners {
  message(message: Message): void;
  document(document: RunDocument, revision: number): void;
  /** The key of a ready run was added or removed. */
  ready(key: string, isThere: boolean): void;
  /** A run was queued that becomes due then; ms since the epoch. */
  later(dueAt: number): void;
  connected(): void;
  lost(error: Error): void;
}

/** Watches changes of runs. @returns stops watching */
export async function watchRuns(etcd: Namespace, listeners: WatchListeners): Promise<() => Promise<void>> {
  // Resolves when etcd has confirmed the watch: a change before would be missed.
  const watcher = await etcd.watch().prefix(keys.watched).create();
  watcher.on("put", ({ key, value, mod_revision }) => put(key.toString(), value, Number(mod_revision), listeners));
  watcher.on("delete", ({ key }) => {
    if (key.toString().startsWith("q/ready/")) listeners.ready(key.toString(), false);
    // A place among the runs of a name became free, or a node has died.
    if (/^q\/(taken|claim)\//.test(key.toString())) listeners.message({ kind: "work" });
  });
  watcher.on("disconnected", listeners.lost);
  watcher.on("error", listeners.lost);
  watcher.on("connected", listeners.connected);
  return () => watcher.cancel();
}

function put(key: string, value: Buffer, revision: number, { message, document, ready, later }: WatchListeners): void {
  if (key.startsWith("q/ready/")) {
    ready(key, true);
    return message({ kind: "work" });
  }
  if (key.startsWith("q/later/")) {
    later(Number(key.split("/")[2]));
    return message({ kind: "work" });
  }
  if (key.startsWith("q/log/")) return message({ kind: "log", uuid: lastPart(key) });
  if (!key.startsWith("q/run/")) return;
  const changed = JSON.parse(value.toString()) as RunDocument;
  document(changed, revision);
  const { record, isToBeKilled, isQuiet } = changed;
  if (isToBeKilled) message({ kind: "kill", uuid: record.uuid });
  else if (!isQuiet) message({ kind: "state", record });
}
