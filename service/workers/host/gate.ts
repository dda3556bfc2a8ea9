import type { Gate } from "../../runtime/base/border.js";
import { type Crossing, crossings } from "../../runtime/base/crossings.js";
import type { Host } from "../../runtime/base/host.js";

/** A function of the host. */
interface Operation {
  area: keyof Host;
  name: string;
  kinds: readonly Crossing[];
}

const operations = new Map<unknown, Operation>();
for (const area of Object.keys(crossings) as (keyof Host)[])
  for (const [name, kinds] of Object.entries(crossings[area]))
    operations.set(`${area}.${name}`, { area, name, kinds: kinds as readonly Crossing[] });

// The accessors of the language read the view itself, not properties that a job may have put there.
const views = Object.getPrototypeOf(Uint8Array.prototype) as object;
const read = {
  array: { buffer: getterOf(views, "buffer"), at: getterOf(views, "byteOffset"), size: getterOf(views, "byteLength") },
  data: {
    buffer: getterOf(DataView.prototype, "buffer"),
    at: getterOf(DataView.prototype, "byteOffset"),
    size: getterOf(DataView.prototype, "byteLength"),
  },
};
const typeOfView = getterOf(views, Symbol.toStringTag);

/**
 * The only function of this realm that an environment holds. It passes nothing to the host but primitives and copies of
 * bytes, and checks them here whatever the other side did: an object of a job would get to see functions of this realm,
 * for example when Node describes it in the text of an error.
 */
export function createGate(host: Host): Gate {
  const areas = host as unknown as Record<string, Record<string, (...values: unknown[]) => unknown>>;
  return (operation, ...values) => {
    const found = operations.get(operation);
    if (found === undefined) throw new TypeError("there is no such function of the host");
    const { area, name, kinds } = found;
    values.length = kinds.length;
    for (let index = 0; index < kinds.length; index++) values[index] = checked(values[index], kinds[index]!, found);
    return areas[area]![name]!(...values);
  };
}

function checked(value: unknown, kind: Crossing, { area, name }: Operation): unknown {
  const type = typeof value;
  switch (kind) {
    case "text":
      if (type === "string") return value;
      break;
    case "text?":
      if (type === "string" || value === undefined) return value;
      break;
    case "number":
      if (type === "number") return plainNumber(value);
      break;
    case "number?":
      if (value === undefined) return value;
      if (type === "number") return plainNumber(value);
      break;
    case "flag?":
      if (type === "boolean" || value === undefined) return value;
      break;
    case "call":
      if (type === "function") return value;
      break;
    case "bytes?":
      if (value === undefined) return value;
      if (ArrayBuffer.isView(value)) return copyOf(value);
      break;
    case "text or bytes":
      if (type === "string") return value;
      if (ArrayBuffer.isView(value)) return copyOf(value);
      break;
    default:
      if (ArrayBuffer.isView(value)) return copyOf(value);
  }
  throw new TypeError(`${area}.${name} needs ${kind}, not a value of type ${type}`);
}

/** Turns -0 into 0: some functions of Node abort the process for -0. */
function plainNumber(value: unknown): number {
  return (value as number) + 0;
}

/** The bytes of a view, as a Buffer of this realm; shared memory may change while they are copied, not after. */
function copyOf(view: ArrayBufferView): Buffer {
  const { buffer, at, size } = typeOfView(view) === undefined ? read.data : read.array;
  const length = size(view) as number;
  const copy = Buffer.allocUnsafe(length);
  if (length > 0) copy.set(new Uint8Array(buffer(view) as ArrayBuffer, at(view) as number, length));
  return copy;
}

function getterOf(object: object, key: PropertyKey): (view: ArrayBufferView) => unknown {
  const { get } = Object.getOwnPropertyDescriptor(object, key)!;
  return (view) => Reflect.apply(get!, view, []);
}
