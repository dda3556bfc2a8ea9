import type { IKeyValue, IOperation, Namespace } from "etcd3";
import type { JsonPieces } from "../../base/json/json-text.js";
import { digits } from "./keys.js";

/** etcd accepts requests of 1.5 MB at most by default. */
const PIECE_BYTES = 512 * 1024;

/**
 * Writes a text in chunks below a prefix that ends in a slash.
 * @returns the operations to add to the transaction that refers to it: all of a text that is one chunk
 */
export async function writePieces(etcd: Namespace, prefix: string, text: JsonPieces): Promise<IOperation[]> {
  const parts = typeof text === "string" ? [Buffer.from(text)] : Buffer.isBuffer(text) ? [text] : text;
  const piece = (at: number, bytes: Buffer) => etcd.put(`${prefix}${digits(at)}`).value(bytes);
  if (parts.length === 1 && parts[0]!.length <= PIECE_BYTES) return [piece(0, parts[0]!)];
  let at = 0;
  for (const part of parts) {
    for (let from = 0; from < part.length; from += PIECE_BYTES) {
      const bytes = part.subarray(from, from + PIECE_BYTES);
      await piece(at, bytes);
      at += bytes.length;
    }
  }
  return [];
}

/** Reads such a text, UTF-8; undefined when there is none. */
export async function readPieces(etcd: Namespace, prefix: string): Promise<Buffer | undefined> {
  return joinedPieces((await etcd.getAll().prefix(prefix).exec()).kvs);
}

/** The bytes of chunks in the order of their keys. */
export function joinedPieces(pieces: IKeyValue[]): Buffer | undefined {
  return pieces.length === 0 ? undefined : Buffer.concat(pieces.map(({ value }) => value));
}
