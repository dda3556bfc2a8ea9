import { toJava } from "../java/bytes.js";
import { world } from "../world.js";
import { rawBytes } from "./bytes.js";

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

const md5 = digest("md5");
const sha1 = digest("sha1");
const sha256 = digest("sha256");
const sha384 = digest("sha384");
const sha512 = digest("sha512");
const hmacSHA1 = keyed("sha1");
const hmacSHA256 = keyed("sha256");
const hmacSHA384 = keyed("sha384");
const hmacSHA512 = keyed("sha512");

export const scope = {
  md5,
  sha1,
  sha256,
  sha384,
  sha512,
  hmacSHA1,
  hmacSHA256,
  hmacSHA384,
  hmacSHA512,
  genUUID,
  "ow.format.md5": md5,
  "ow.format.sha1": sha1,
  "ow.format.sha256": sha256,
  "ow.format.sha384": sha384,
  "ow.format.sha512": sha512,
  "ow.format.hmacSHA1": hmacSHA1,
  "ow.format.hmacSHA256": hmacSHA256,
  "ow.format.hmacSHA384": hmacSHA384,
  "ow.format.hmacSHA512": hmacSHA512,
};
