import { textOf } from "./text-of.js";

/**
 * Valid JSON: a text while it is small; a large one as its bytes in UTF-8, which are passed on unchanged: to decode and
 * encode them would take the event loop tens of milliseconds for 10 MB.
 */
export type JsonText = string | Buffer;

/** Bytes from which on JSON is passed on as bytes. */
const LARGE = 16 * 1024;

/** JSON that was received as bytes. */
export function jsonTextOf(bytes: Buffer): JsonText {
  return bytes.length < LARGE ? bytes.toString("utf8") : bytes;
}

/** As one text of any size: for rare cases. */
export function wholeText(json: JsonText): string {
  return typeof json === "string" ? json : textOf(json);
}

/**
 * JSON to send or write: a large one as pieces, one after the other. To join them would need room for a copy, which takes
 * the event loop up to a tenth of a second for 10 MB.
 */
export type JsonPieces = JsonText | readonly Buffer[];

/** Concatenates the parts. */
export function joinJson(...parts: JsonText[]): JsonPieces {
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  return parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part));
}

/** Length of JSON in UTF-8, bytes. */
export function byteLength(json: JsonPieces): number {
  if (typeof json === "string" || Buffer.isBuffer(json)) return Buffer.byteLength(json);
  return json.reduce((sum, { length }) => sum + length, 0);
}

/** Joins the pieces, for receivers that accept nothing else. */
export function joinPieces(json: JsonPieces): JsonText {
  return typeof json === "string" || Buffer.isBuffer(json) ? json : Buffer.concat(json);
}

/** Is it a map? */
export function isMapText(json: JsonText): boolean {
  return typeof json === "string" ? json.startsWith("{") : json[0] === "{".charCodeAt(0);
}

/** A map without its closing brace. */
export function openMap(json: JsonText): JsonText {
  return typeof json === "string" ? json.slice(0, -1) : json.subarray(0, -1);
}
