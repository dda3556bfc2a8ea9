import { JavaException } from "../../base/values/errors.js";
import { pushAll } from "../../base/values/lists.js";
import { isArray, isMap, isNumber, isUnDef } from "../../base/values/types.js";

/** `ow.obj.syncArray` and `ow.obj.syncMap`: lists and maps that tasks share. */

/** A list. Positions outside of it are an `IndexOutOfBoundsException`. */
export class SyncArray {
  private readonly items: any[];

  constructor(values?: unknown) {
    this.items = isArray(values) ? [...values] : [];
  }

  private check(index: number, most: number): number {
    if (!(index >= 0 && index <= most))
      throw new JavaException("java.lang.IndexOutOfBoundsException", `Index: ${index}, Size: ${this.items.length}`);
    return index;
  }

  private at(index: number): number {
    if (!(index >= 0 && index < this.items.length))
      throw new JavaException(
        "java.lang.IndexOutOfBoundsException",
        `Index ${index} out of bounds for length ${this.items.length}`,
      );
    return index;
  }

  add(value: unknown, index?: number): void {
    if (isUnDef(index)) this.items.push(value);
    else this.items.splice(this.check(index, this.items.length), 0, value);
  }

  addAll(values: unknown, index?: number): boolean {
    if (isUnDef(values)) throw "array not defined or assigned";
    if (!isArray(values)) throw "array is not an array";
    const at = isUnDef(index) ? this.items.length : this.check(index, this.items.length);
    const behind = this.items.splice(at);
    pushAll(this.items, values);
    pushAll(this.items, behind);
    return values.length > 0;
  }

  /** The value at `index`, which is taken out. */
  remove(index: number): unknown {
    return this.items.splice(this.at(index), 1)[0];
  }

  /** The value that was at `index`. */
  set(index: number, value: unknown): unknown {
    const old = this.items[this.at(index)];
    this.items[index] = value;
    return old;
  }

  subList(from: any, to: any): any[] {
    if (!isNumber(from)) throw "aStart is not a number";
    if (!isNumber(to)) throw "aEnd is not a number";
    if (from < 0 || to < 0 || from > to || to > this.items.length)
      throw `Invalid sublist range: ${from}, ${to}, size = ${this.items.length}`;
    return this.items.slice(from, to);
  }

  forEach(use: (value: any) => void): void {
    for (const value of [...this.items]) use(value);
  }

  get = (index: number): any => this.items[this.at(index)];
  toArray = (): any[] => [...this.items];
  length = (): number => this.items.length;
  isEmpty = (): boolean => this.items.length === 0;
  indexOf = (value: unknown): number => this.items.indexOf(value);
  clear = (): void => void this.items.splice(0);
  trimToSize = (): void => undefined;
  getJavaObject = (): this => this;
  getUnsafeJavaObject = (): this => this;
}

/** A map by key. */
export class SyncMap {
  private readonly entries = new Map<any, any>();

  constructor(values?: unknown) {
    if (isMap(values)) this.putAll(values);
  }

  put(key: unknown, value: unknown): this {
    this.entries.set(key, value);
    return this;
  }

  putAll(values: unknown): this {
    if (!isMap(values)) throw "map is not a map";
    for (const key of Object.keys(values)) this.entries.set(key, values[key]);
    return this;
  }

  /** The value that was there, null when there was none. */
  remove(key: unknown): unknown {
    const old = this.entries.get(key) ?? null;
    this.entries.delete(key);
    return old;
  }

  forEach(use: (key: any, value: any) => void): void {
    for (const [key, value] of [...this.entries]) use(key, value);
  }

  get = (key: unknown): any => this.entries.get(key) ?? undefined;
  clear = (): void => this.entries.clear();
  size = (): number => this.entries.size;
  getKeys = (): any[] => [...this.entries.keys()];
  getValues = (): any[] => [...this.entries.values()];
  containsKey = (key: unknown): boolean => this.entries.has(key);
  containsValue = (value: unknown): boolean => this.getValues().includes(value);
  isEmpty = (): boolean => this.entries.size === 0;
  toMap = (): Record<string, any> => Object.fromEntries(this.entries);
  getJavaObject = (): this => this;
}
