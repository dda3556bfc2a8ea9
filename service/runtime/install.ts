/// <reference path="./families.d.ts" />
import { family, members, type NameTree, names } from "rojob:families";
import { absent } from "./base/absent.js";
import { globals } from "./base/world.js";

const { defineProperty, keys, setPrototypeOf } = Object;

/**
 * Puts the OpenAF scope behind the global object: a name that is not there is looked for in its prototype, which loads
 * the family it belongs to and makes it an own property. An environment that never calls `ow.format` never evaluates
 * it, and preparing one costs the same however many names there are.
 */
export function installScope(): void {
  globals.global = globalThis;
  setPrototypeOf(
    globalThis,
    new Proxy(
      {},
      {
        has: (target, key) => familyOf(key) !== undefined || Reflect.has(target, key),
        get(target, key) {
          const source = familyOf(key);
          if (source === undefined) return Reflect.get(target, key);
          const name = key as string;
          const value = load(name, source === "" ? members(name) : source);
          settle(globals, name, value, false);
          return value;
        },
      },
    ),
  );
}

/** The family of a name of the scope, as `names` has it; undefined for any other name. */
function familyOf(key: string | symbol): string | undefined {
  if (typeof key !== "string") return undefined;
  const at = names.indexOf(`;${key}=`);
  if (at < 0) return undefined;
  const from = at + key.length + 2;
  return names.slice(from, names.indexOf(";", from));
}

/** A member of an object of the scope (`ow.format`): loads what is behind it when it is first read. */
function defineLazy(owner: object, key: string, path: string, source: string | NameTree): void {
  defineProperty(owner, key, {
    configurable: true,
    enumerable: true,
    get() {
      const value = load(path, source);
      settle(owner, key, value, true);
      return value;
    },
    set(value: unknown) {
      settle(owner, key, value, true);
    },
  });
}

function settle(owner: object, key: string, value: unknown, enumerable: boolean): void {
  defineProperty(owner, key, { configurable: true, enumerable, writable: true, value });
}

function load(path: string, source: string | NameTree): unknown {
  if (source === "!") return absent(path);
  if (typeof source === "string") return family(source).scope[path];
  const owner = {};
  for (const name of keys(source)) defineLazy(owner, name, `${path}.${name}`, source[name]!);
  return owner;
}
