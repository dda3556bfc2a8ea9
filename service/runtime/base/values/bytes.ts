import { world } from "../world.js";
import { JavaException } from "./errors.js";

/** A byte array of job code: signed values, as Java has them. */
export type JavaBytes = Int8Array;

/** A view of the same memory with the values the host works with. No copy. */
export function toHost(bytes: unknown): Uint8Array {
  if (bytes instanceof Int8Array || bytes instanceof Uint8Array)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Array.isArray(bytes)) return Uint8Array.from(bytes as number[]);
  if (typeof bytes === "string") return world.host.bytes.encode(bytes);
  throw new JavaException("java.lang.ClassCastException", `${describe(bytes)} cannot be cast to class [B`);
}

/** The same memory with signed values. No copy. */
export function toJava(bytes: Uint8Array): JavaBytes {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `text` as bytes. */
export function encode(text: string, encoding?: string): Uint8Array {
  return world.host.bytes.encode(text, encoding);
}

/** `bytes` as text; each broken sequence becomes U+FFFD. */
export function decode(bytes: Uint8Array, encoding?: string): string {
  return world.host.bytes.decode(bytes, encoding);
}

/** One array of all `chunks`. */
export function join(chunks: Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function describe(value: unknown): string {
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
}
