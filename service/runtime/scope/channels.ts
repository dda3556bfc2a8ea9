import { expose, routeProcessing, setLog } from "../channels/expose.js";
import { peer, sender, unpeer } from "../channels/peers.js";
import { keep, restore, writer } from "../channels/persistence.js";
import { registry } from "../channels/registry.js";
import { types } from "../channels/types.js";
import { housekeep, keepHistory, mirror, statsProxy, syncCh } from "../channels/utils.js";
import { parseUrl } from "../http/url.js";
import { isMap, isString, isUnDef } from "./types.js";

/** `$ch` and `ow.ch`: tables of maps by map, shared by all jobs of the run. */

/** What `$ch(name)` gives. */
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

export const scope = {
  $ch,
  $channels: $ch,
  "ow.ch.__types": types,
  "ow.ch.channels": registry.channels,
  "ow.ch.subscribers": registry.subscribers,
  "ow.ch.jobs": registry.jobs,
  "ow.ch.vers": registry.versions,
  "ow.ch.peers": registry.peers,
  "ow.ch.expose": registry.exposed,
  "ow.ch.create": registry.create,
  "ow.ch.destroy": registry.destroy,
  "ow.ch.close": registry.destroy,
  "ow.ch.list": registry.list,
  "ow.ch.size": registry.size,
  "ow.ch.getVersion": registry.getVersion,
  "ow.ch.get": registry.get,
  "ow.ch.set": registry.set,
  "ow.ch.push": (name: string, key: unknown, value: unknown) => registry.set(name, key, value),
  "ow.ch.setAll": registry.setAll,
  "ow.ch.getSet": registry.getSet,
  "ow.ch.unset": registry.unset,
  "ow.ch.unsetAll": registry.unsetAll,
  "ow.ch.getAll": registry.getAll,
  "ow.ch.getKeys": registry.getKeys,
  "ow.ch.getSortedKeys": registry.getSortedKeys,
  "ow.ch.forEach": registry.forEach,
  "ow.ch.pop": (name: string) => registry.take(name, "pop"),
  "ow.ch.shift": (name: string) => registry.take(name, "shift"),
  "ow.ch.subscribe": registry.subscribe,
  "ow.ch.unsubscribe": registry.unsubscribe,
  "ow.ch.unsubscribeAll": registry.unsubscribeAll,
  "ow.ch.waitForJobs": registry.waitForJobs,
  "ow.ch.stopAllJobs": registry.stopJobs,
  "ow.ch.comms.getSubscribeFunc": sender,
  "ow.ch.persistence.create": keep,
  "ow.ch.persistence.restore": restore,
  "ow.ch.persistence.getSubscribeFunc": writer,
  "ow.ch.utils.getMirrorSubscriber": mirror,
  "ow.ch.utils.getHousekeepSubscriber": housekeep,
  "ow.ch.utils.keepHistory": keepHistory,
  "ow.ch.utils.getStatsProxyFunction": statsProxy,
  "ow.ch.utils.syncCh": syncCh,
  "ow.ch.server.expose": expose,
  "ow.ch.server.routeProcessing": routeProcessing,
  "ow.ch.server.setLog": setLog,
  "ow.ch.server.peer": peer,
  "ow.ch.server.unpeer": unpeer,
};
