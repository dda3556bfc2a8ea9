import { decode, encode, join, toHost, toJava } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";

/** Encryption of texts and bytes: AES in CBC mode, the initial vector in hexadecimal behind the result. */

/** OpenAF's own, known to everyone: what is encrypted with it is only hidden from a glance. */
const COMMON_KEY = "openappframework";
const VECTOR_LENGTH = 16;
const PLAIN_MARK = "$raw$";

function keyOf(key: unknown): { bytes: Uint8Array; algorithm: string } {
  const bytes = key === undefined || key === null ? encode(COMMON_KEY) : toHost(key);
  if (bytes.length < 16) throw new Error("Invalid key size. Key should be, at least, 16 bytes.");
  if (![16, 24, 32].includes(bytes.length))
    throw new Error(`Invalid AES key length: ${bytes.length} bytes (16, 24 or 32 are right)`);
  return { bytes, algorithm: `aes-${bytes.length * 8}-cbc` };
}

function encryptRaw(data: Uint8Array, key: unknown): { data: Uint8Array; vector: Uint8Array } {
  const { bytes, algorithm } = keyOf(key);
  const vector = world.host.bytes.random(VECTOR_LENGTH);
  return { data: world.host.bytes.cipher(algorithm, bytes, vector, data), vector };
}

function decryptRaw(data: Uint8Array, vector: Uint8Array, key: unknown): Uint8Array {
  const { bytes, algorithm } = keyOf(key);
  return world.host.bytes.decipher(algorithm, bytes, vector, data);
}

/** @param key 16, 24 or 32 bytes or characters; absent: the one everyone has */
export function encrypt(text: unknown, key?: unknown): string {
  const { data, vector } = encryptRaw(encode(String(text)), key);
  return (decode(data, "hex") + decode(vector, "hex")).toUpperCase();
}

/** @throws Error when `text` was not encrypted with that key */
export function decrypt(text: unknown, key?: unknown): string {
  const all = encode(String(text), "hex");
  const data = all.subarray(0, Math.max(0, all.length - VECTOR_LENGTH));
  return decode(decryptRaw(data, all.subarray(data.length), key));
}

/** The text behind an encrypted one; a text that is not encrypted (or starts with `$raw$`) stands for itself. */
export function decryptIfPossible(text: unknown): string {
  const given = String(text);
  if (given.startsWith(PLAIN_MARK)) return given.slice(PLAIN_MARK.length);
  if (!/^(?:[0-9A-F]{32}){2,}$/i.test(given)) return given;
  try {
    return decrypt(given);
  } catch {
    return given; // looked like it, but was not
  }
}

export const encryptBytes = (bytes: unknown, key?: unknown) => {
  const { data, vector } = encryptRaw(toHost(bytes), key);
  return toJava(join([data, vector]));
};

export const decryptBytes = (bytes: unknown, key?: unknown) => {
  const all = toHost(bytes);
  const at = Math.max(0, all.length - VECTOR_LENGTH);
  return toJava(decryptRaw(all.subarray(0, at), all.subarray(at), key));
};
