import { families, type NameTree, tree } from "rojob:families";
import { globals } from "./world.js";

/**
 * Puts the OpenAF scope on the global object: one accessor a name, which loads the family behind it when it is first
 * read and then becomes a plain property. An environment that never calls `ow.format` never evaluates it.
 */
export function installScope(): void {
  globals.global = globalThis;
  globals.globalThis = globalThis;
  for (const name of Object.keys(tree)) defineLazy(globals, name, name, tree[name]!, false);
}

function defineLazy(
  owner: Record<string, any>,
  key: string,
  path: string,
  source: string | NameTree,
  enumerable: boolean,
): void {
  Object.defineProperty(owner, key, {
    configurable: true,
    enumerable,
    get() {
      const value = load(path, source);
      settle(owner, key, value, enumerable);
      return value;
    },
    set(value: unknown) {
      settle(owner, key, value, enumerable);
    },
  });
}

function settle(owner: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(owner, key, { configurable: true, enumerable, writable: true, value });
}

function load(path: string, source: string | NameTree): unknown {
  if (source === "!") return absent(path);
  if (typeof source === "string") return families[source]!().scope[path];
  const members = {};
  for (const name of Object.keys(source)) defineLazy(members, name, `${path}.${name}`, source[name]!, true);
  return members;
}

/** Stands for a function OpenAF has and this engine has not: it can be passed around, and says so when called. */
function absent(path: string): unknown {
  return function absentFunction() {
    throw new Error(`${path} is not available in the embedded engine`);
  };
}
