import vm from "node:vm";

/**
 * The global names of JavaScript for jobs: those of ECMAScript 2023, its Annex B and `Intl`, which every supported Node
 * has, and V8's `console`. Additions of a newer V8 (`Iterator`, `Temporal`, `Float16Array`, …) are removed, so that a
 * job that works on one node works on every other, and a job's own name never means something else after an update of
 * Node.
 *
 * Missing on purpose, because they would let code of a run come back after its end, when the worker is idle or serves
 * the next: `FinalizationRegistry` (callbacks of the garbage collector) and `WebAssembly` (compilations in the
 * background).
 */
export const LANGUAGE_GLOBALS: readonly string[] = [
  ...["globalThis", "Infinity", "NaN", "undefined"],
  ...["eval", "isFinite", "isNaN", "parseFloat", "parseInt", "escape", "unescape"],
  ...["decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent"],
  ...["Object", "Function", "Boolean", "Symbol", "Number", "BigInt", "Math", "Date", "String", "RegExp"],
  ...["Error", "AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"],
  ...["Array", "Map", "Set", "WeakMap", "WeakSet", "WeakRef"],
  ...["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array"],
  ...["BigInt64Array", "BigUint64Array", "Float32Array", "Float64Array"],
  ...["ArrayBuffer", "SharedArrayBuffer", "Atomics", "DataView", "JSON"],
  ...["Promise", "Reflect", "Proxy", "Intl", "console"],
];

let settle: vm.Script | undefined;

/**
 * Removes names that are not in {@link LANGUAGE_GLOBALS} from the global object of a fresh context, and
 * `Atomics.waitAsync`, whose promise another thread would keep. Costs some microseconds: a V8 has about five names
 * more.
 */
export function settleGlobals(context: vm.Context): void {
  settle ??= scriptFor(vm.runInContext("Reflect.ownKeys(globalThis)", context) as PropertyKey[]);
  settle.runInContext(context);
}

function scriptFor(names: PropertyKey[]): vm.Script {
  const kept = new Set<PropertyKey>(LANGUAGE_GLOBALS);
  const others = Array.from(names).filter((name) => typeof name === "string" && !kept.has(name));
  const lines = others.map((name) => `delete globalThis[${JSON.stringify(name)}];`);
  return new vm.Script(`${lines.join(" ")} delete Atomics.waitAsync; undefined;`, { filename: "rojob:environment" });
}
