import type { Host } from "./host.js";

// Taken before any job code runs: what a job puts in their place later must not get to see what crosses here.
const { apply, getPrototypeOf } = Reflect;
const { isView } = ArrayBuffer;
const isAncestorOf = Object.prototype.isPrototypeOf;
const ownObjects = Object.prototype;
const Bytes = Uint8Array;
const LocalError = Error;
const LocalSyntaxError = SyntaxError;
const number = Number;
const text = String;

/**
 * Wraps the host so that nothing of the worker's realm comes through: errors are made anew here and bytes are copied.
 */
export function borderOf(host: Host): Host {
  // Without prototypes: shapes of objects would have to be built up anew in every environment.
  const wrapped = Object.create(null) as Record<string, Record<string, Function>>;
  for (const area of Object.keys(host) as (keyof Host)[]) {
    const functions = host[area] as unknown as Record<string, Function>;
    const copy = (wrapped[area] = Object.create(null) as Record<string, Function>);
    for (const name of Object.keys(functions)) copy[name] = crossing(functions[name]!, area === "code");
  }
  return wrapped as unknown as Host;
}

/** @param isCode its values, and the errors its code throws, are of this realm and pass as they are */
function crossing(call: Function, isCode: boolean): Function {
  return (...args: unknown[]) => {
    let value: unknown;
    try {
      value = apply(call, undefined, args);
    } catch (error) {
      if (isCode && !isForeign(error)) throw error;
      throw localError(error as { message: string; code?: string });
    }
    if ((typeof value !== "object" && typeof value !== "function") || value === null || isCode) return value;
    if (isView(value)) return new Bytes(value as Uint8Array);
    throw new LocalError("only texts, numbers and bytes come from outside of an environment");
  };
}

/** Is it an object of the worker's own realm? `instanceof` would ask the job's code. */
function isForeign(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return getPrototypeOf(error) !== null && !apply(isAncestorOf, ownObjects, [error]);
}

function localError(error: { message: string; code?: string; line?: number }): Error {
  const Kind = error.code === "ESYNTAX" ? LocalSyntaxError : LocalError;
  const local = new Kind(text(error.message)) as Error & { code?: string; line?: number };
  if (error.code !== undefined) local.code = text(error.code);
  if (error.line !== undefined) local.line = number(error.line);
  return local;
}
