import { toJava } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";
import { rawBytes } from "./encodings.js";

/** Digests, keyed digests and identifiers, as lower-case hexadecimal text. */

const hex = (bytes: Uint8Array): string => world.host.bytes.decode(bytes, "hex");

const digest = (algorithm: string) => (value: unknown) => hex(world.host.bytes.digest(algorithm, rawBytes(value)));

/** Bytes, or text when asked for. */
const keyed = (algorithm: string) => (data: unknown, key: unknown, asText?: boolean) => {
  const bytes = world.host.bytes.hmac(algorithm, rawBytes(key), rawBytes(data));
  return asText ? hex(bytes) : toJava(bytes);
};

/** Random in form of a UUID; with `true` one of version 4. */
export function genUUID(isVersion4?: boolean): string {
  if (isVersion4) return world.host.bytes.uuid();
  return hex(world.host.bytes.random(16)).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const md5 = digest("md5");
export const sha1 = digest("sha1");
export const sha256 = digest("sha256");
export const sha384 = digest("sha384");
export const sha512 = digest("sha512");
export const hmacSHA1 = keyed("sha1");
export const hmacSHA256 = keyed("sha256");
export const hmacSHA384 = keyed("sha384");
export const hmacSHA512 = keyed("sha512");
