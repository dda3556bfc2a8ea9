import { JavaException } from "../../base/values/errors.js";
import { isArray, isString, isUnDef } from "../../base/values/types.js";

/** Values shared by tasks: `$atomic`, `$queue`. What a task does between two waits is atomic anyway. */

export class AtomicNumber {
  constructor(private value: number) {}

  get = (): number => this.value;
  set = (value: number): void => {
    this.value = whole(value);
  };
  /** The new value, as of `dec`. */
  inc = (): number => ++this.value;
  dec = (): number => --this.value;
  /** The value before, as of `getSet`. */
  getAdd = (add: number): number => {
    const old = this.value;
    this.value += whole(add);
    return old;
  };
  getSet = (value: number): number => {
    const old = this.value;
    this.set(value);
    return old;
  };
  setIf = (expected: number, value: number): boolean => {
    if (this.value !== whole(expected)) return false;
    this.set(value);
    return true;
  };
  getObj = (): this => this;
  toString = (): string => String(this.value);
}

export class AtomicBoolean {
  constructor(private value: boolean) {}

  get = (): boolean => this.value;
  set = (value: boolean): void => {
    this.value = Boolean(value);
  };
  getSet = (value: boolean): boolean => {
    const old = this.value;
    this.set(value);
    return old;
  };
  setIf = (expected: boolean, value: boolean): boolean => {
    if (this.value !== Boolean(expected)) return false;
    this.set(value);
    return true;
  };
  getObj = (): this => this;
  toString = (): string => String(this.value);
}

/**
 * A number (`long` or `int`) or a `boolean` that tasks share.
 * @throws text when the type is none of these
 */
export function $atomic(init: any = 0, type: any = "long"): AtomicNumber | AtomicBoolean {
  if (!isString(type)) throw "aType is not a string";
  if (type === "boolean") return new AtomicBoolean(Boolean(init));
  if (type === "long" || type === "int") return new AtomicNumber(whole(Number(init)));
  throw "aType is not one of int,long,boolean";
}

function whole(value: number): number {
  return Math.trunc(Number(value)) || 0;
}

/** First in, first out. `peek` and `poll` give null when there is nothing. */
export function $queue(values?: unknown): Record<string, any> {
  const items: unknown[] = [];
  const refuseNothing = (value: unknown): void => {
    if (value === null || isUnDef(value)) throw new JavaException("java.lang.NullPointerException");
  };
  const queue = {
    add(value: unknown): boolean {
      refuseNothing(value);
      items.push(value);
      return true;
    },
    addAll(more: unknown[]): boolean {
      for (const value of more) queue.add(value);
      return more.length > 0;
    },
    remove(value: unknown): boolean {
      const at = items.indexOf(value);
      if (at >= 0) items.splice(at, 1);
      return at >= 0;
    },
    has: (value: unknown): boolean => items.includes(value),
    isEmpty: (): boolean => items.length === 0,
    size: (): number => items.length,
    toArray: (): unknown[] => [...items],
    peek: (): unknown => items[0] ?? null,
    poll: (): unknown => items.shift() ?? null,
  };
  if (isArray(values)) queue.addAll(values);
  return queue;
}
