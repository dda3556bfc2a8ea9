import { isFunction, isUnDef } from "../../base/values/types.js";
import { registry } from "./registry.js";

/** `$cache`: values computed from their key and kept for a time. A channel of type `cache` with the same name holds them. */

class Cache {
  private compute: unknown = (key: unknown) => key;
  private readonly options: Record<string, any> = { method: "t" };

  constructor(readonly name: string) {}

  /** Computes a value from its key. */
  fn(compute: unknown): this {
    this.compute = compute;
    return this;
  }

  ttl(ms: number): this {
    this.options.ttl = ms;
    return this;
  }

  /** The channel the values are kept in. */
  ch(channel: unknown): this {
    this.options.ch = channel;
    return this;
  }

  maxSize(count: number): this {
    this.options.size = count;
    return this;
  }

  /** When there are too many, those not asked for the longest go. */
  byPopularity(): this {
    this.options.method = "p";
    return this;
  }

  /** While a value is computed: `value`, or with `useDefault` false the old one. */
  byDefault(useDefault: boolean, value?: unknown): this {
    this.options.useDefault = useDefault;
    this.options.default = value;
    return this;
  }

  inFile(): never {
    throw new Error(
      `$cache("${this.name}").inFile is not available in the embedded engine; use ch() with a channel of type file`,
    );
  }

  create(): this {
    if (!isFunction(this.compute))
      throw isUnDef(this.compute) ? "Please provide a function (fn)." : "Value is not a function";
    registry.create(this.name, 1, "cache", { ...this.options, func: this.compute });
    return this;
  }

  get = (key: unknown): any => registry.get(this.create().name, key);
  size = (): number => registry.size(this.create().name);
  getAll = (): any[] => registry.getAll(this.create().name);
  getKeys = (): any[] => registry.getKeys(this.create().name);

  set(key: unknown, value?: unknown): this {
    registry.set(this.create().name, key, value);
    return this;
  }

  setAll(keys: any, values: any[]): this {
    registry.setAll(this.create().name, keys, values);
    return this;
  }

  unset(key: unknown): this {
    registry.unset(this.create().name, key);
    return this;
  }

  destroy(): void {
    this.create();
    const { ch } = this.options;
    if (!isUnDef(ch)) {
      if (typeof ch === "string") registry.destroy(ch);
      else ch.destroy();
    }
    registry.destroy(this.name);
    caches.delete(this.name);
  }
}

const caches = new Map<string, Cache>();

/** The cache called `name`. */
export function $cache(name: unknown = "cache"): Cache {
  const key = String(name);
  let cache = caches.get(key);
  if (cache === undefined) caches.set(key, (cache = new Cache(key)));
  return cache;
}
