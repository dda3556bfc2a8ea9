import { type JavaBytes, toHost, toJava } from "../../base/values/bytes.js";
import { isByteArray } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { base32Decoded, base32Encoded } from "../text/base32.js";

/** Byte arrays (`af.fromString2Bytes`, …) and the texts bytes are written as (base 64, 32, 16). */

/** The bytes of a byte array, a list of numbers or (as UTF-8) of any other value's text, for the host. */
export const rawBytes = (value: unknown): Uint8Array =>
  toHost(isByteArray(value) || Array.isArray(value) ? value : String(value));

const encodingOf = (name: unknown): string => (typeof name === "string" && name !== "" ? name : "UTF-8");

/** @param encoding UTF-8 unless named */
export const fromString2Bytes = (text: unknown, encoding?: string): JavaBytes =>
  toJava(world.host.bytes.encode(String(text), encodingOf(encoding)));

export const fromBytes2String = (bytes: unknown, encoding?: string): string =>
  world.host.bytes.decode(rawBytes(bytes), encodingOf(encoding));

export const toBase64Bytes = (value: unknown): JavaBytes => toJava(world.host.bytes.encode(base64(value), "latin1"));

export const fromBase64 = (text: unknown): JavaBytes =>
  toJava(world.host.bytes.encode(isByteArray(text) ? fromBytes2String(text) : String(text), "base64"));

export const base64 = (value: unknown): string => world.host.bytes.decode(rawBytes(value), "base64");

/** Text read as bytes of the system's encoding (UTF-8), taken for text of another one. */
export const toEncoding = (text: unknown, encoding?: string): string =>
  world.host.bytes.decode(world.host.bytes.encode(String(text)), encodingOf(encoding));

export const fromBytes2Array = (bytes: unknown) => Array.from(toJava(rawBytes(bytes)));

export const fromArray2Bytes = (list: number[]) => toJava(rawBytes(list));

export const toUtf8 = (text: unknown) => toEncoding(text, "UTF-8");

export const textOfBase64 = (text: unknown) => fromBytes2String(fromBase64(text));

export const toBase32 = (value: unknown) => base32Encoded(rawBytes(value));

export const fromBase32 = (text: string) => toJava(base32Decoded(String(text)));

export const toBase16 = (value: unknown) => world.host.bytes.decode(rawBytes(value), "hex").toUpperCase();

export const fromBase16 = (text: string) => toJava(world.host.bytes.encode(String(text), "hex"));
