import type { Namespace } from "etcd3";
import type { Message } from "../broker/backend.js";
import type { RunDocument } from "./document.js";
import { keys, lastPart } from "./keys.js";

/** Tells of changes of runs as messages. @returns the way to stop it */
export async function watchRuns(
  etcd: Namespace,
  onMessage: (message: Message) => void,
  { connected, lost }: { connected(): void; lost(error: Error): void },
): Promise<() => Promise<void>> {
  const watcher = await etcd.watch().prefix(keys.watched).watcher();
  watcher.on("put", ({ key, value }) => {
    for (const message of messagesOfPut(key.toString(), value)) onMessage(message);
  });
  watcher.on("delete", ({ key }) => {
    // A place among the runs of a name is free, or a node has died.
    if (/^q\/(taken|claim)\//.test(key.toString())) onMessage({ kind: "work" });
  });
  watcher.on("disconnected", lost);
  watcher.on("error", lost);
  watcher.on("connected", connected);
  return () => watcher.cancel();
}

function messagesOfPut(key: string, value: Buffer): Message[] {
  if (key.startsWith("q/ready/") || key.startsWith("q/later/")) return [{ kind: "work" }];
  if (key.startsWith("q/log/")) return [{ kind: "log", uuid: lastPart(key) }];
  if (!key.startsWith("q/run/")) return [];
  const { record, isToBeKilled, isQuiet } = JSON.parse(value.toString()) as RunDocument;
  if (isToBeKilled) return [{ kind: "kill", uuid: record.uuid }];
  return isQuiet ? [] : [{ kind: "state", record }];
}
