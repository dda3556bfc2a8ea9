import { decode } from "../../base/values/bytes.js";
import { pushAll } from "../../base/values/lists.js";
import { JavaObject } from "../../base/values/object.js";
import { readText } from "../files/text.js";
import { InputStream } from "../streams/input.js";

/** Façades of the collections of `java.util`. */

function iteratorOf(values: unknown[]) {
  let at = 0;
  const hasNext = (): boolean => at < values.length;
  const next = (): unknown => values[at++];
  return { hasNext, next, hasMoreElements: hasNext, nextElement: next };
}

/** `java.util.HashMap` and its kin. */
export class HashMap extends JavaObject {
  static override readonly className: string = "java.util.HashMap";
  protected readonly entries = new Map<unknown, unknown>();

  constructor(from?: Record<string, unknown> | HashMap) {
    super();
    if (from !== undefined && typeof from === "object") this.putAll(from);
  }

  put(key: unknown, value: unknown): unknown {
    const before = this.entries.get(key);
    this.entries.set(key, value);
    return before ?? null;
  }

  putAll(from: Record<string, unknown> | HashMap): void {
    for (const [key, value] of from instanceof HashMap ? from.entries : Object.entries(from))
      this.entries.set(key, value);
  }

  get = (key: unknown): unknown => this.entries.get(key) ?? null;
  getOrDefault = (key: unknown, fallback: unknown): unknown => this.entries.get(key) ?? fallback;
  containsKey = (key: unknown): boolean => this.entries.has(key);
  containsValue = (value: unknown): boolean => [...this.entries.values()].includes(value);
  size = (): number => this.entries.size;
  isEmpty = (): boolean => this.entries.size === 0;
  clear = (): void => this.entries.clear();
  keySet = (): ArrayList => new ArrayList([...this.entries.keys()]);
  values = (): ArrayList => new ArrayList([...this.entries.values()]);

  entrySet(): ArrayList {
    return new ArrayList([...this.entries].map(([key, value]) => ({ getKey: () => key, getValue: () => value })));
  }

  remove(key: unknown): unknown {
    const before = this.get(key);
    this.entries.delete(key);
    return before;
  }

  forEach(use: (key: unknown, value: unknown) => void): void {
    for (const [key, value] of this.entries) use(key, value);
  }

  override toString(): string {
    return `{${[...this.entries].map(([key, value]) => `${key}=${value}`).join(", ")}}`;
  }
}

/** `java.util.Properties`: a map of texts in the form `name=value`, line by line. */
export class Properties extends HashMap {
  static override readonly className = "java.util.Properties";

  getProperty = (name: unknown, fallback: unknown = null): unknown => this.entries.get(String(name)) ?? fallback;
  setProperty = (name: unknown, value: unknown): unknown => this.put(String(name), String(value));
  stringPropertyNames = (): ArrayList => this.keySet();

  load(source: unknown): void {
    const text = source instanceof InputStream ? decode(source.all(), "ISO-8859-1") : readText(source);
    for (const line of text.replace(/\\\r?\n\s*/g, "").split(/\r?\n/)) {
      const [, name, value = ""] = /^\s*([^#!\s=:][^\s=:]*)\s*[=:\s]?\s*(.*)$/.exec(line) ?? [];
      if (name !== undefined) this.entries.set(name, value);
    }
  }
}

/** `java.util.ArrayList`. */
export class ArrayList extends JavaObject {
  static override readonly className = "java.util.ArrayList";
  private readonly list: unknown[];

  constructor(from?: unknown) {
    super();
    this.list = Array.isArray(from) ? [...from] : from instanceof ArrayList ? from.toArray() : [];
  }

  add(at: unknown, value?: unknown): boolean {
    // One argument is the value, two are place and value.
    if (value === undefined) this.list.push(at);
    else this.list.splice(Number(at), 0, value);
    return true;
  }

  addAll(values: unknown): boolean {
    pushAll(this.list, values instanceof ArrayList ? values.toArray() : (values as unknown[]));
    return true;
  }

  get = (at: number): unknown => this.list[at];
  set = (at: number, value: unknown): unknown => this.list.splice(at, 1, value)[0];
  remove = (at: number): unknown => this.list.splice(at, 1)[0];
  size = (): number => this.list.length;
  isEmpty = (): boolean => this.list.length === 0;
  contains = (value: unknown): boolean => this.list.includes(value);
  indexOf = (value: unknown): number => this.list.indexOf(value);
  toArray = (): unknown[] => [...this.list];
  iterator = () => iteratorOf(this.list);

  forEach(use: (value: unknown) => void): void {
    for (const value of this.list) use(value);
  }

  clear(): void {
    this.list.length = 0;
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.list[Symbol.iterator]();
  }

  override toString(): string {
    return `[${this.list.join(", ")}]`;
  }
}
