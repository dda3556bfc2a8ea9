import { inspect } from "node:util";
import vm from "node:vm";

/**
 * Globals of Node that the code of a worker, its packages and a loader may use. The others are removed: Node creates
 * most of them at first use, which would change the global object in the middle of a run.
 */
const KEPT_GLOBALS = new Set<PropertyKey>([
  ...["process", "global", "console", "performance", "Buffer", "URL", "TextDecoder", "TextEncoder"],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"],
  ...["queueMicrotask", "structuredClone", "URLSearchParams", "AbortController", "AbortSignal", Symbol.toStringTag],
]);

/** Objects whose state Node changes at any time. Nothing of them is reachable from an intrinsic. */
const STATEFUL = new Set<PropertyKey>(["process", "global", "globalThis", "console", "performance"]);

/**
 * Prototypes whose properties are assigned on derived objects (`this.name = …` in an error class): a frozen data
 * property would make such an assignment an error, an accessor allows it.
 */
const OVERRIDABLE = (): object[] => [
  Object.prototype,
  Function.prototype,
  ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError].map(
    (kind) => kind.prototype,
  ),
];

/**
 * Freezes the realm of this process for good: every intrinsic, those that only syntax reaches included, what Node adds
 * to it, and the global object. Code that gets hold of an object of this realm can change nothing that a later run
 * would notice. Call it once, when all code of the process is loaded.
 *
 * The state of the process itself stays mutable: see {@link Cleanliness}.
 */
export function freezeRealm(): void {
  settleGlobals();
  for (const prototype of OVERRIDABLE()) allowOverrides(prototype);
  // Behind an accessor: the setter writes into this object.
  Object.freeze(inspect.defaultOptions);
  const seen = new Set<object>();
  for (const root of [...globalValues(), ...intrinsicsOfSyntax(), inspect]) freezeAll(root, seen);
  for (const key of Reflect.ownKeys(globalThis)) lock(globalThis, key);
  Object.preventExtensions(globalThis);
}

/** Removes the globals of Node that no worker uses, and creates the others now. */
function settleGlobals(): void {
  const language = new Set(Reflect.ownKeys(emptyRealm()));
  for (const key of Reflect.ownKeys(globalThis)) {
    if (!language.has(key) && !KEPT_GLOBALS.has(key)) Reflect.deleteProperty(globalThis, key);
    else if ("get" in Object.getOwnPropertyDescriptor(globalThis, key)!) {
      const value = (globalThis as Record<PropertyKey, unknown>)[key];
      Object.defineProperty(globalThis, key, { value, writable: false, enumerable: false, configurable: false });
    }
  }
}

/** The global object of a realm that has nothing but the language. */
function emptyRealm(): object {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context);
  return vm.runInContext("globalThis", context) as object;
}

function globalValues(): unknown[] {
  return Reflect.ownKeys(globalThis)
    .filter((key) => !STATEFUL.has(key))
    .map((key) => (globalThis as Record<PropertyKey, unknown>)[key]);
}

/** Prototypes of the language that no global leads to. */
function intrinsicsOfSyntax(): unknown[] {
  const functions = [function* () {}, async () => {}, async function* () {}];
  const iterators: object[] = [
    [].values(),
    new Map().keys(),
    new Set().keys(),
    ""[Symbol.iterator](),
    "".matchAll(/a/g),
  ];
  const segments = new Intl.Segmenter().segment("");
  iterators.push(segments, segments[Symbol.iterator]());
  // Since Node 22.
  const { Iterator } = globalThis as { Iterator?: { from(iterator: object): { map(call: () => void): object } } };
  if (Iterator !== undefined) {
    const wrapped = Iterator.from({ next: () => ({ done: true }) });
    iterators.push(
      wrapped,
      wrapped.map(() => undefined),
    );
  }
  return [...functions, ...iterators].map((object) => Object.getPrototypeOf(object) as object);
}

/** Freezes an object and all objects it leads to by properties, accessors and prototypes. */
function freezeAll(root: unknown, seen: Set<object>): void {
  const open = [root];
  while (open.length > 0) {
    const object = open.pop();
    if ((typeof object !== "object" && typeof object !== "function") || object === null) continue;
    if (seen.has(object) || object === globalThis || object === process || ArrayBuffer.isView(object)) continue;
    seen.add(object);
    open.push(Object.getPrototypeOf(object));
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key)!;
      open.push(value, get, set);
    }
    Object.freeze(object);
  }
}

function allowOverrides(prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(prototype, key)!;
    if (!writable || !configurable) continue;
    Object.defineProperty(prototype, key, {
      enumerable,
      configurable: false,
      get: () => value,
      set(this: object, own: unknown) {
        if (this === prototype) throw new TypeError(`the realm of a worker is frozen: ${String(key)} stays as it is`);
        Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
      },
    });
  }
}

function lock(object: object, key: PropertyKey): void {
  const property = Object.getOwnPropertyDescriptor(object, key)!;
  if ("value" in property) property.writable = false;
  Object.defineProperty(object, key, { ...property, configurable: false });
}
