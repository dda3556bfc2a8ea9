import { pushAll } from "../../base/values/lists.js";
import { isArray, isFunction } from "../../base/values/types.js";
import { Rest } from "../../lib/http/chain.js";
import { expose } from "./expose.js";
import { registry } from "./registry.js";

/** Channels of several nodes that follow each other: each gives its own out and sends its changes to the others. */

/** The subscriber that sends changes to `url`, except those that came from there (`uuid`). */
export function sender(url: string, uuid: string): (...change: any[]) => void {
  const rest = (): Rest => new Rest({ throwExceptions: true });
  return (_channel, op, key, value, _channels, timestamp, from) => {
    if (from !== undefined && from === uuid) return;
    const k = typeof key === "object" ? key : { key };
    const data = typeof value === "object" ? value : { key, value };
    if (op === "setall") rest().put(url, data, { o: "a", k, t: timestamp ?? 0 });
    else if (op === "unsetall") rest().put(url, data, { o: "ua", k, t: timestamp ?? 0 });
    else if (op === "unset") rest().delete(url, { o: "e", k, t: timestamp ?? 0 });
    else rest().put(url, data, { o: "e", k, t: timestamp ?? 0 });
  };
}

/** @returns the ids of the subscriptions */
export function peer(
  name: string,
  where: unknown,
  path: string | undefined,
  urls: any,
  isAllowed?: unknown,
  refuse?: unknown,
): string[] {
  const uuid = expose(name, where, path, isAllowed, refuse)!;
  const given = isFunction(urls) ? urls(name, where, path, uuid) : urls;
  const ids: string[] = [];
  for (const url of isArray(given) ? given : [given]) {
    const known = registry.peers[name]![url];
    if (known !== undefined) {
      pushAll(ids, known);
      continue;
    }
    takeOver(name, url);
    const id = registry.subscribe(name, sender(url, uuid));
    registry.peers[name]![url] = [id];
    ids.push(id);
  }
  return ids;
}

/** Starts with what the other one has. */
function takeOver(name: string, url: string): void {
  const rest = new Rest({ default: {} });
  const values = rest.get(url, { o: "a" }).r;
  const keys = rest.get(url, { o: "k" }).r;
  if (isArray(values) && isArray(keys) && values.length > 0) registry.setAll(name, Object.keys(keys[0]), values);
}

export function unpeer(name: string, url: string): void {
  for (const id of registry.peers[name]?.[url] ?? []) registry.unsubscribe(name, id);
  delete registry.peers[name]?.[url];
}
