import { type ChannelType, typeOf } from "./type.js";

/** Functions by name: `set(name, argument)` calls one and gives what it returns. */
export function opsType(): ChannelType {
  const channels = new Map<string, Record<string, (value: any, extra?: unknown) => any>>();
  const call = (name: string, key: any, value: any, extra?: unknown): any => {
    const ops = channels.get(name)!;
    return Object.hasOwn(ops, key.key) ? ops[key.key]!(value, extra) : undefined;
  };
  return typeOf({
    create: (name, _compress, options) => void channels.set(name, options ?? {}),
    destroy: (name) => void channels.delete(name),
    size: (name) => Object.keys(channels.get(name)!).length,
    forEach(name, use, extra) {
      for (const key of Object.keys(channels.get(name)!))
        use(undefined, call(name, { key: (key as any).key }, {}, extra));
    },
    getKeys: (name) => Object.keys(channels.get(name)!),
    getSortedKeys: (name) => Object.keys(channels.get(name)!).sort(),
    get: (name, key, extra) => call(name, key, {}, extra),
    set: (name, key, value, _timestamp, extra) => call(name, key, value, extra),
    getSet: () => undefined,
    setAll: () => undefined,
    unsetAll: () => undefined,
    unset: () => undefined,
    pop: () => undefined,
    shift: () => undefined,
  });
}

/** Keeps nothing. */
export function dummyType(): ChannelType {
  const empty = (): any => ({});
  return {
    create: () => undefined,
    destroy: () => undefined,
    size: () => 0,
    forEach: () => undefined,
    getAll: () => [],
    getKeys: () => [],
    getSortedKeys: () => [],
    get: empty,
    set: empty,
    getSet: empty,
    setAll: empty,
    unsetAll: empty,
    pop: empty,
    shift: empty,
    unset: empty,
  };
}

/** Stands for a type that needs a system this engine does not reach. */
export function absentType(type: string): ChannelType {
  const refuse = (name: string): never => {
    throw new Error(`channel "${name}": type "${type}" is not available in the embedded engine`);
  };
  return { ...dummyType(), create: refuse };
}
