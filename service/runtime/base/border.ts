import { type Crossing, crossings } from "./crossings.js";
import type { Host } from "./host.js";

/**
 * The way out of an environment: calls `area.name` of the host with values that are what {@link crossings} has for it.
 * Gives a primitive, or bytes of the other realm. The functions of `code` also give values of this realm.
 */
export type Gate = (operation: string, ...values: unknown[]) => unknown;

// Taken before any job code runs: what a job puts in their place later must not get to see what crosses here.
const { apply, getPrototypeOf } = Reflect;
const { isView } = ArrayBuffer;
const isAncestorOf = Object.prototype.isPrototypeOf;
const ownObjects = Object.prototype;
const Bytes = Uint8Array;
const LocalError = Error;
const LocalSyntaxError = SyntaxError;
const LocalTypeError = TypeError;
const number = Number;
const text = String;

/**
 * The host, seen from this side of the border. Values are made primitives here, where a conversion that calls a function
 * of the job may; the host gets no object of a job. Errors and bytes that come back are made anew.
 */
export function borderOf(gate: Gate): Host {
  // Without prototypes: shapes of objects would have to be built up anew in every environment.
  const host = Object.create(null) as Record<string, Record<string, Function>>;
  for (const area of Object.keys(crossings) as (keyof Host)[]) {
    const functions = crossings[area] as Record<string, readonly Crossing[]>;
    const copy = (host[area] = Object.create(null) as Record<string, Function>);
    for (const name of Object.keys(functions)) copy[name] = crossing(gate, `${area}.${name}`, functions[name]!);
  }
  return host as unknown as Host;
}

function crossing(gate: Gate, operation: string, kinds: readonly Crossing[]): Function {
  const isCode = operation === "code.run";
  const [first, second, third, fourth] = kinds;
  const count = kinds.length;
  if (first === "call") return callCrossing(gate, operation);
  return (a: unknown, b: unknown, c: unknown, d: unknown) => {
    if (count > 0) a = crossable(a, first!, operation);
    if (count > 1) b = crossable(b, second!, operation);
    if (count > 2) c = crossable(c, third!, operation);
    if (count > 3) d = crossable(d, fourth!, operation);
    let value: unknown;
    try {
      value = gate(operation, a, b, c, d);
    } catch (error) {
      if (isCode && !isForeign(error)) throw error;
      throw localError(error as { message: string; code?: string });
    }
    if ((typeof value !== "object" && typeof value !== "function") || value === null || isCode) return value;
    if (isView(value)) return new Bytes(value as Uint8Array);
    throw new LocalError("only texts, numbers and bytes come from outside of an environment");
  };
}

/** For a function the host calls: what crosses is a function of this module, and what the job throws stays here. */
function callCrossing(gate: Gate, operation: string): Function {
  return (call: () => void, ms: unknown) => {
    const limit = crossable(ms, "number", operation);
    let hasThrown = false;
    let thrown: unknown;
    const guarded = (): void => {
      try {
        call();
      } catch (error) {
        hasThrown = true;
        thrown = error;
      }
    };
    try {
      gate(operation, guarded, limit);
    } catch (error) {
      throw localError(error as { message: string; code?: string });
    }
    if (hasThrown) throw thrown;
  };
}

function crossable(value: unknown, kind: Crossing, operation: string): unknown {
  switch (kind) {
    case "text?":
    case "text":
      if (typeof value === "string" || (kind === "text?" && value === undefined)) return value;
      return text(value);
    case "number?":
    case "number":
      return typeof value === "number" || (kind === "number?" && value === undefined) ? value : number(value);
    case "flag?":
      return value === undefined ? undefined : !!value;
    case "text or bytes":
      return isView(value) || typeof value === "string" ? value : text(value);
    default:
      if (isView(value) || (kind === "bytes?" && (value === undefined || value === null))) return value ?? undefined;
      throw new LocalTypeError(`${operation} needs bytes, not ${value === null ? "null" : `a ${typeof value}`}`);
  }
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
