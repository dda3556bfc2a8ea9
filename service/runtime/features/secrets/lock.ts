import { decode, encode } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";
import { decrypt, decryptIfPossible, encrypt } from "../../lib/bytes/crypto.js";

/** The key a secret stands for: the first 16 characters of its SHA-512 in hexadecimal. */
export const lockKey = (secret: string): string =>
  decode(world.host.bytes.digest("sha512", secret), "hex").slice(0, 16);

/** A lock secret is given as it is, or encrypted with the main secret. */
function openLock(mainSecret: string, lockSecret: string): string {
  try {
    return decrypt(lockSecret, lockKey(decryptIfPossible(mainSecret)));
  } catch {
    return decryptIfPossible(lockSecret); // given as it is
  }
}

/** `value` as a text only who knows both secrets can read. */
export function lock(value: unknown, mainSecret: string, lockSecret: string): string {
  const text = encrypt(JSON.stringify(value), lockKey(openLock(mainSecret, lockSecret)));
  return decode(encode(text), "base64");
}

/** @throws Error when one of the secrets is wrong */
export function unlock(text: string, mainSecret: string, lockSecret: string): any {
  const locked = decode(encode(text, "base64"));
  return JSON.parse(decrypt(locked, lockKey(openLock(mainSecret, lockSecret))));
}
