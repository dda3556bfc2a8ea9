import { sortMapKeys } from "../../lib/maps/traverse.js";
import { type ChannelType, typeOf } from "./type.js";

interface Entry {
  key: any;
  value: any;
  timestamp: number;
}

/** The text by which keys are equal: the order of fields does not matter, the type of values does. */
export function idOf(key: any): string {
  return JSON.stringify(sortMapKeys(key, true));
}

/** Entries in memory, in the order of their first `set`. */
export function memoryType(): ChannelType {
  const channels = new Map<string, Map<string, Entry>>();
  const entries = (name: string): Entry[] => [...channels.get(name)!.values()];
  return typeOf({
    create: (name) => void channels.set(name, new Map()),
    destroy: (name) => void channels.delete(name),
    size: (name) => channels.get(name)!.size,
    forEach(name, use) {
      for (const { key, value } of entries(name)) {
        try {
          use(key, value);
        } catch {
          // One entry that cannot be used does not keep the others from it.
        }
      }
    },
    getAll: (name) => entries(name).map(({ value }) => value),
    getKeys: (name) => entries(name).map(({ key }) => key),
    getSortedKeys: (name) =>
      entries(name)
        .sort((a, b) => a.timestamp - b.timestamp)
        .map(({ key }) => key),
    get: (name, key) => channels.get(name)!.get(idOf(key))?.value,
    set(name, key, value, timestamp = 0) {
      const known = channels.get(name)!.get(idOf(key));
      if (known === undefined) channels.get(name)!.set(idOf(key), { key, value, timestamp });
      else Object.assign(known, { value, timestamp });
      return key;
    },
    unset: (name, key) => void channels.get(name)!.delete(idOf(key)),
  });
}
