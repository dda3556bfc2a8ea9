import { isMap, isString, isUnDef } from "../../base/values/types.js";
import { parseUrl } from "../../lib/http/url.js";
import { expose } from "./expose.js";
import { peer, unpeer } from "./peers.js";
import { keep, restore } from "./persistence.js";
import { registry } from "./registry.js";

/** `$ch` and `ow.ch`: tables of maps by map, shared by all jobs of the run. */

/** Result of `$ch(name)`. */
export function $ch(name?: any): Record<string, any> {
  const chained = (_done: unknown): Record<string, any> => channel;
  const channel: Record<string, any> = {
    getName: () => name,
    /** `create(compress, type, options)` or `create(type, options)`. */
    create(compress?: any, type?: any, options?: unknown) {
      if (isString(compress)) registry.create(name, 1, compress, isMap(type) ? type : options);
      else registry.create(name, compress, type, options);
      return channel;
    },
    /** A channel of type `remote` for one that is given out at `url`. */
    createRemote(url: string, timeout?: number, login?: string, password?: string) {
      const { protocol, host, port, rest, ...own } = parseUrl(url);
      const address = `${protocol}://${host}:${port ?? (protocol === "https" ? 443 : 80)}${rest.replace(/[?#].*$/s, "")}`;
      const given = isUnDef(login) ? { login: own.login, password: own.pass } : { login, password };
      registry.create(name, true, "remote", { url: address, timeout, ...given });
      return channel;
    },
    list: () => registry.list(),
    destroy: () => chained(registry.destroy(name)),
    close: () => chained(registry.destroy(name)),
    size: () => registry.size(name),
    getVersion: () => registry.getVersion(name),
    subscribe: (use: any, onlyFromNow?: boolean, id?: string) => registry.subscribe(name, use, onlyFromNow, id),
    unsubscribe: (id: string) => chained(registry.unsubscribe(name, id)),
    forEach: (use: any, extra?: unknown) => chained(registry.forEach(name, use, extra)),
    getAll: (extra?: unknown) => registry.getAll(name, extra),
    getKeys: (full?: unknown, extra?: unknown) => registry.getKeys(name, full, extra),
    getSortedKeys: (full?: unknown, extra?: unknown) => registry.getSortedKeys(name, full, extra),
    get: (key: any, extra?: unknown) => registry.get(name, key, extra),
    set: (key: any, value: any, timestamp?: number, uuid?: string, extra?: unknown) =>
      registry.set(name, key, value, timestamp, uuid, extra),
    setAll: (keys: any, values: any[], timestamp?: number, uuid?: string, extra?: unknown) =>
      registry.setAll(name, keys, values, timestamp, uuid, extra),
    getSet: (match: any, key: any, value: any, timestamp?: number, uuid?: string, extra?: unknown) =>
      registry.getSet(name, match, key, value, timestamp, uuid, extra),
    unset: (key: any, timestamp?: number, uuid?: string, extra?: unknown) =>
      chained(registry.unset(name, key, timestamp, uuid, extra)),
    unsetAll: (keys: any, values: any[], timestamp?: number, uuid?: string, extra?: unknown) =>
      registry.unsetAll(name, keys, values, timestamp, uuid, extra),
    push: (key: any, value: any) => chained(registry.set(name, key, value)),
    pop: () => registry.take(name, "pop"),
    shift: () => registry.take(name, "shift"),
    storeAdd: (file: string, fields?: string[], compress?: unknown, forAll?: boolean) =>
      chained(keep(name, file, fields, compress, forAll)),
    storeRestore: (file: string, fields?: string[]) => chained(restore(name, file, fields)),
    expose: (where: unknown, path?: string, isAllowed?: unknown, refuse?: unknown, noCheck?: boolean) =>
      expose(name, where, path, isAllowed, refuse, noCheck),
    peer: (where: unknown, path: string, urls: unknown, isAllowed?: unknown, refuse?: unknown) =>
      peer(name, where, path, urls, isAllowed, refuse),
    unpeer: (url: string) => unpeer(name, url),
    stopJobs: () => chained(registry.stopJobs(name)),
    waitForJobs: (timeoutMs?: number) => chained(registry.waitForJobs(name, timeoutMs)),
  };
  return channel;
}

export const pushValue = (name: string, key: unknown, value: unknown) => registry.set(name, key, value);

export const popValue = (name: string) => registry.take(name, "pop");

export const shiftValue = (name: string) => registry.take(name, "shift");
