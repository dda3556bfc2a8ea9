import { passInterrupt } from "../../base/scheduler.js";
import { isArray, isFunction, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { Threads } from "../../lib/threads/group.js";
import { registry } from "./operations.js";
import { type ChannelType, typeOf } from "./type.js";

interface Buffer {
  /** Entries pass on when there are this many; below 0: never for their number. */
  count: number;
  target: string;
  temporary: string;
  fields: string[];
  shouldPass?: (temporary: string) => boolean;
  onError?: (error: unknown) => void;
  timer?: Threads;
}

/** Collects entries and passes them on to another channel in groups, by number, by time or as a function says. */
export function bufferType(): ChannelType {
  const buffers = new Map<string, Buffer>();
  let isFlushedAtEnd = false;

  const flush = (name: string, force = false, isTime = false): void => {
    const buffer = buffers.get(name);
    if (buffer === undefined) return;
    const { count, target, temporary, fields } = buffer;
    const isFull = count >= 0 && registry.size(temporary) >= count;
    const isAsked = buffer.shouldPass === undefined ? isTime : buffer.shouldPass(temporary);
    if (!isFull && !force && !isAsked) return;
    if (fields.length > 0) {
      const keys = registry.getKeys(temporary);
      const values = registry.getAll(temporary);
      if (values.length === 0) return;
      registry.setAll(target, fields, values);
      registry.unsetAll(temporary, Object.keys(keys[0]), keys);
      return;
    }
    for (const key of registry.getKeys(temporary)) {
      try {
        registry.set(target, key, registry.get(temporary, key));
        registry.unset(temporary, key);
      } catch (error) {
        passInterrupt(error);
        buffer.onError?.(error);
      }
    }
  };

  return {
    ...typeOf({
      create(name, _compress, options = {}) {
        const {
          bufferByNumber = 100,
          bufferByTime = 2_500,
          bufferIdxs = [],
          bufferCh,
          bufferTmpCh,
          bufferFunc,
          errorFn,
        } = options;
        if (!isNumber(bufferByNumber)) throw "bufferByNumber must be a number";
        if (!isNumber(bufferByTime)) throw "bufferByTime must be a number of ms";
        if (!isArray(bufferIdxs)) throw "bufferIdxs must be an array";
        if (isUnDef(bufferCh)) throw "Please provide a bufferCh";
        if (!isString(bufferCh)) throw "bufferCh must be a string";
        if (bufferByTime < 0 && bufferByNumber < 0) throw "Needs to be buffered by time and/or number.";
        const temporary = bufferTmpCh ?? `${name}::__bufferStorage`;
        const buffer: Buffer = { count: bufferByNumber, target: bufferCh, temporary, fields: bufferIdxs };
        if (isFunction(bufferFunc)) buffer.shouldPass = bufferFunc as Buffer["shouldPass"];
        if (isFunction(errorFn)) buffer.onError = errorFn;
        if (bufferByTime > 0) {
          buffer.timer = new Threads();
          buffer.timer.addScheduleThreadWithFixedDelay(() => flush(name, false, true), bufferByTime);
        }
        buffers.set(name, buffer);
        registry.create(temporary);
        if (isFlushedAtEnd) return;
        isFlushedAtEnd = true;
        world.engine().atEnd(() => {
          for (const open of buffers.keys()) flush(open, true);
        });
      },
      destroy(name) {
        const buffer = buffers.get(name)!;
        buffer.timer?.stop(true);
        flush(name, true);
        buffers.delete(name);
        registry.destroy(buffer.target);
        registry.destroy(buffer.temporary);
      },
      size: (name) => both(name, registry.size).reduce((sum, part) => sum + part, 0),
      getKeys: (name, full) => both(name, (channel) => registry.getKeys(channel, full)).flat(),
      get(name, key) {
        const { target, temporary } = buffers.get(name)!;
        return registry.get(temporary, key) ?? registry.get(target, key);
      },
      set(name, key, value, timestamp) {
        registry.set(buffers.get(name)!.temporary, key, value, timestamp);
        flush(name);
        return key;
      },
      unset: (name, key) => void both(name, (channel) => registry.unset(channel, key)),
    }),
    forEach: (name, use) => void both(name, (channel) => registry.forEach(channel, use)),
    getAll: (name, full) => both(name, (channel) => registry.getAll(channel, full)).flat(),
    getSortedKeys: (name, full) => both(name, (channel) => registry.getSortedKeys(channel, full)).flat(),
    getSet: (name, match, key, value, timestamp) =>
      registry.getSet(buffers.get(name)!.target, match, key, value, timestamp),
    setAll(name, keys, values, timestamp) {
      registry.setAll(buffers.get(name)!.temporary, keys, values, timestamp);
      flush(name);
    },
    unsetAll(name, keys, values, timestamp) {
      registry.unsetAll(buffers.get(name)!.temporary, keys, values, timestamp);
      flush(name);
    },
    pop: (name) => newest(name, "pop"),
    shift: (name) => newest(name, "shift"),
  };

  function both<T>(name: string, use: (channel: string) => T): [T, T] {
    const { target, temporary } = buffers.get(name)!;
    return [use(target), use(temporary)];
  }

  /** The key at that end: new entries are in the temporary channel. */
  function newest(name: string, end: "pop" | "shift"): any {
    const { target, temporary } = buffers.get(name)!;
    const [first, second] = end === "pop" ? [temporary, target] : [target, temporary];
    const from = registry.size(first) > 0 ? first : second;
    return registry.typeFor(from)[end](from);
  }
}
