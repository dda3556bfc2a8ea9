import { isDef, isFunction, isObject, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { arrayContains } from "../../lib/maps/merge.js";
import { oPromise } from "../promises/promise.js";
import { registry } from "./operations.js";
import { type ChannelType, typeOf } from "./type.js";

interface Cache {
  compute(key: any): any;
  ttlMs: number;
  /** Most entries, -1: any number. */
  most: number;
  isByPopularity: boolean;
  /** Given while a value is computed: this value, or with false the old one. */
  useDefault?: boolean;
  byDefault?: any;
  target: string;
  checkedMs: number;
}

const DEFAULT_TTL_MS = 5_000;
const now = (): number => world.host.clock.nowMs();

/** Values computed from their key and kept for a time, in another channel whose keys carry the time (`____t`). */
export function cacheType(): ChannelType {
  const caches = new Map<string, Cache>();
  const keys = (cache: Cache): any[] => registry.getKeys(cache.target, {});

  const keep = (cache: Cache, key: any, value: any): void => {
    registry.set(cache.target, { ...key, ____t: now() }, value);
  };

  /** Drops what is too old or too much. */
  const refresh = (cache: Cache, count = 1): void => {
    if (now() > cache.ttlMs + cache.checkedMs) {
      for (let left = count; left > 0; left--) registry.take(cache.target, "shift");
      for (const key of keys(cache)) if (key.____t <= now() - cache.ttlMs) registry.unset(cache.target, key);
    } else if (cache.isByPopularity && cache.most > -1) {
      const excess = registry.size(cache.target) - cache.most;
      const oldest = [...keys(cache)].sort((a, b) => a.____t - b.____t);
      for (const key of oldest.slice(0, Math.max(0, excess))) registry.unset(cache.target, key);
    }
    cache.checkedMs = now();
  };

  const hasRoom = (cache: Cache, count = 0): boolean =>
    cache.isByPopularity || cache.most < 0 || cache.most > registry.size(cache.target) + count;

  const get = (name: string, key: any): any => {
    const cache = caches.get(name)!;
    const known = keys(cache);
    const found = known[arrayContains(known, key, plainKey)];
    if (found !== undefined && found.____t > now() - cache.ttlMs) {
      const value = registry.get(cache.target, found);
      if (cache.isByPopularity) {
        registry.unset(cache.target, found);
        keep(cache, key, value);
      }
      return value;
    }
    let value: any;
    const compute = (): void => {
      value = cache.compute(key);
      if (found !== undefined) registry.unset(cache.target, found);
      else refresh(cache);
      if (found !== undefined || hasRoom(cache)) keep(cache, key, value);
      if (cache.isByPopularity) refresh(cache);
    };
    if (isUnDef(cache.useDefault) || (found === undefined && !cache.useDefault)) {
      compute();
      return value;
    }
    new oPromise(() => void compute());
    return cache.useDefault ? cache.byDefault : registry.get(cache.target, found);
  };

  return typeOf({
    create(name, _compress, options = {}) {
      const own = `${name}::__cache`;
      const { func, ttl, size, ch, method } = options;
      if (isUnDef(ch)) registry.create(own);
      caches.set(name, {
        compute: isFunction(func) ? (key) => asMap(func(key)) : () => ({}),
        ttlMs: isDef(ttl) ? ttl : DEFAULT_TTL_MS,
        most: isDef(size) ? size : -1,
        isByPopularity: method === "p",
        useDefault: options.useDefault,
        byDefault: options.default,
        target: isUnDef(ch) ? own : isString(ch) ? ch : ch.getName(),
        checkedMs: now(),
      });
    },
    destroy(name) {
      caches.delete(name);
      registry.destroy(`${name}::__cache`);
    },
    size: (name) => registry.size(caches.get(name)!.target),
    getKeys: (name, full) => (isDef(full) ? keys(caches.get(name)!) : keys(caches.get(name)!).map(plainKey)),
    getSortedKeys: (name, full) =>
      isDef(full) ? keys(caches.get(name)!).sort((a, b) => a.____t - b.____t) : keys(caches.get(name)!).map(plainKey),
    getAll: (name) => registry.getAll(caches.get(name)!.target),
    get,
    /** The value given is not used: the entry is computed. */
    set(name, key, _value, timestamp = now()) {
      const cache = caches.get(name)!;
      refresh(cache);
      if (hasRoom(cache)) registry.set(cache.target, { ...key, ____t: timestamp }, cache.compute(key), timestamp);
      return key;
    },
    setAll(name, list: any[]) {
      const cache = caches.get(name)!;
      refresh(cache, list.length);
      if (!hasRoom(cache, list.length - 1)) return;
      for (const key of list) keep(cache, isObject(key) ? key : { key }, cache.compute(key));
    },
    unsetAll: () => undefined,
    /** Keys carry their time, so a plain key is never found: entries stay until their time is over. */
    unset(name, key) {
      const cache = caches.get(name)!;
      const found = keys(cache)[arrayContains(keys(cache), key)];
      if (found !== undefined) registry.unset(cache.target, found);
    },
  });
}

function plainKey(key: any): any {
  const { ____t, ...plain } = key;
  return plain;
}

function asMap(value: any): any {
  return isObject(value) ? value : { result: value };
}
