import { isBoolean, isDef, isMap, isString } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { jsonParse } from "../../lib/data/json.js";
import { $flock } from "../../lib/files/file-lock.js";
import { plainPath, setPlainPath, sortMapKeys } from "../../lib/maps/traverse.js";
import { filterKeys } from "../../lib/query/filters.js";
import { FileStore, type FileStoreOptions } from "./file-store.js";
import { type ChannelType, typeOf } from "./type.js";

interface FileChannel extends FileStoreOptions {
  file: string;
  path?: string;
  /** A file for each entry below `path`, and an index of them. */
  multifile?: boolean;
  /** Names with dots are paths into the map. */
  multipath?: boolean;
  /** Field of the key that names an entry; without it the name is the compact JSON of the key. */
  key?: string;
  /** File that is locked while the map is read and written. */
  lock?: string;
  tmp?: boolean;
  store: FileStore;
}

type Entries = Record<string, any>;

/** Entries in one JSON, YAML or TOON file: a map by name of the entry. */
export function fileType(): ChannelType {
  const channels = new Map<string, FileChannel>();
  const of = (name: string): FileChannel => channels.get(name)!;

  const keyOf = (channel: FileChannel, key: any): any =>
    channel.key !== undefined && isMap(key) && isDef(key[channel.key]) ? { key: key[channel.key] } : key;
  const nameOf = (key: any): any => (isDef(key.key) ? key.key : JSON.stringify(sortMapKeys(key)));
  const isPath = (channel: FileChannel, id: unknown): boolean =>
    isString(id) && id.indexOf(".") > 0 && channel.multipath === true;

  const change = (channel: FileChannel, work: (entries: Entries) => void): void =>
    locked(channel, () => {
      const entries = channel.store.read(channel.file);
      work(entries);
      channel.store.write(channel.file, entries);
    });

  const put = (channel: FileChannel, entries: Entries, given: any, value: any): any => {
    const key = keyOf(channel, given);
    const id = nameOf(key);
    let kept = isDef(value?.value) ? value.value : value;
    if (channel.multifile) kept = channel.store.writeEntry(channel.path!, key, value);
    if (isPath(channel, id)) setPlainPath(entries, id, kept);
    else entries[id] = kept;
    return key;
  };

  const drop = (channel: FileChannel, entries: Entries, given: any): void => {
    const key = keyOf(channel, given);
    const id = nameOf(key);
    if (isPath(channel, id)) setPlainPath(entries, id, undefined);
    delete entries[id];
    if (channel.multifile) channel.store.removeEntry(channel.path!, key);
  };

  const read = (name: string): Entries => locked(of(name), () => of(name).store.read(of(name).file));

  return {
    ...typeOf({
      create(name, compress, options = {}) {
        const channel = {
          ...options,
          compact: isBoolean(options.compact) ? options.compact : Boolean(compress),
        } as FileChannel;
        channel.store = new FileStore(channel);
        if (channel.multifile) channel.file = `${channel.path}/index${channel.store.ending}`;
        else if (!channel.file) channel.file = `${channel.path ?? "."}/data-${name}${channel.store.ending}`;
        if (channel.tmp && world.host.files.stat(channel.file) === "")
          channel.file = world.host.files.temp("tmp-", `-${channel.file}`);
        channels.set(name, channel);
      },
      destroy(name) {
        if (of(name).tmp) world.host.files.remove(of(name).file);
        channels.delete(name);
      },
      size: (name) => Object.keys(read(name)).length,
      getKeys: (name) => Object.keys(read(name)).map((key) => jsonParse(key)),
      get(name, key) {
        const channel = of(name);
        if (channel.multifile) return channel.store.readEntry(channel.path!, keyOf(channel, key));
        const id = nameOf(keyOf(channel, key));
        const entries = read(name);
        return isPath(channel, id) ? plainPath(entries, id) : entries[id];
      },
      set(name, key, value) {
        let done: any;
        change(of(name), (entries) => {
          done = put(of(name), entries, key, value);
        });
        return done;
      },
      unset: (name, key) => change(of(name), (entries) => drop(of(name), entries, key)),
    }),
    forEach(name, use) {
      const channel = of(name);
      const entries = read(name);
      for (const id of Object.keys(entries))
        use(id, channel.multifile ? channel.store.readEntry(channel.path!, jsonParse(id)) : entries[id]);
    },
    getAll(name) {
      const channel = of(name);
      const entries = read(name);
      if (!channel.multifile) return Object.values(entries);
      return Object.keys(entries).map((id) => channel.store.readEntry(channel.path!, jsonParse(id)));
    },
    setAll: (name, keys, values) =>
      change(of(name), (entries) => {
        for (const value of values) put(of(name), entries, filterKeys(keys, value), value);
      }),
    unsetAll: (name, keys, values) =>
      change(of(name), (entries) => {
        for (const value of values) drop(of(name), entries, filterKeys(keys, value));
      }),
  };
}

function locked<T>({ lock }: FileChannel, work: () => T): T {
  if (!isString(lock)) return work();
  const file = $flock(lock);
  file.lock();
  try {
    return work();
  } finally {
    file.unlock();
  }
}
