import { isFunction, isMap } from "../../base/values/types.js";
import { filterKeys } from "../../lib/query/filters.js";

/** A type of channel; every function gets the name of the channel first. Keys and values are maps. */
export interface ChannelType {
  create(name: string, compress: unknown, options?: any): void;
  destroy(name: string): void;
  size(name: string): number;
  forEach(name: string, use: (key: any, value: any) => void, extra?: unknown): void;
  /** Absent: the values of `forEach`. */
  getAll?(name: string, extra?: unknown): any[];
  getKeys(name: string, full?: unknown, extra?: unknown): any[];
  /** By the time of their last `set`. */
  getSortedKeys(name: string, full?: unknown, extra?: unknown): any[];
  get(name: string, key: any, extra?: unknown): any;
  set(name: string, key: any, value: any, timestamp?: number, extra?: unknown): any;
  /** Sets when the present value contains `match`; undefined when it does not. */
  getSet(name: string, match: any, key: any, value: any, timestamp?: number, extra?: unknown): any;
  setAll(name: string, keys: any, values: any[], timestamp?: number, extra?: unknown): any;
  unsetAll?(name: string, keys: any, values: any[], timestamp?: number, extra?: unknown): any;
  /** The key of the newest entry, as `shift` that of the oldest. */
  pop(name: string): any;
  shift(name: string): any;
  unset(name: string, key: any, timestamp?: number): any;
}

type Basics = Pick<ChannelType, "create" | "destroy" | "size" | "getKeys" | "get" | "set" | "unset">;

/** A type made of what it does with one entry. */
export function typeOf(basics: Basics & Partial<ChannelType>): ChannelType {
  const type: ChannelType = {
    forEach(name, use) {
      for (const key of type.getKeys(name)) use(key, type.get(name, key));
    },
    getSortedKeys: (name, full) => type.getKeys(name, full),
    getSet: (name, match, key, value, timestamp) =>
      contains(type.get(name, key), match) ? type.set(name, key, value, timestamp) : undefined,
    setAll(name, keys, values, timestamp) {
      for (const value of values) type.set(name, filterKeys(keys, value), value, timestamp);
    },
    unsetAll(name, keys, values, timestamp) {
      for (const value of values) type.unset(name, filterKeys(keys, value), timestamp);
    },
    pop: (name) => type.getSortedKeys(name).at(-1),
    shift: (name) => type.getSortedKeys(name)[0],
    ...basics,
  };
  return type;
}

/** Has `value` all the fields of `match`, equal by content? */
export function contains(value: any, match: any): boolean {
  if (isFunction(match)) return Boolean(match(value));
  if (!isMap(match)) return value === match;
  if (value === undefined || value === null) return false;
  return Object.keys(match).every((field) =>
    isMap(match[field])
      ? contains(value[field], match[field])
      : JSON.stringify(value[field]) === JSON.stringify(match[field]),
  );
}
