import type { IKeyValue, IOperation, Namespace } from "etcd3";
import { digits } from "./keys.js";

/** etcd takes requests of 1.5 MB at most, unless it is told otherwise. */
const PIECE_BYTES = 512 * 1024;

/**
 * Writes a text in pieces below a prefix that ends in a slash.
 * @returns what is left to be written with the transaction that makes use of it: all of a text that is one piece
 */
export async function writePieces(etcd: Namespace, prefix: string, text: string | Buffer): Promise<IOperation[]> {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const piece = (at: number) => etcd.put(`${prefix}${digits(at)}`).value(bytes.subarray(at, at + PIECE_BYTES));
  if (bytes.length <= PIECE_BYTES) return [piece(0)];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) await piece(at);
  return [];
}

/** What was written there, UTF-8; undefined when there is nothing. */
export async function readPieces(etcd: Namespace, prefix: string): Promise<Buffer | undefined> {
  return joinedPieces((await etcd.getAll().prefix(prefix).exec()).kvs);
}

/** The bytes of pieces in the order of their keys. */
export function joinedPieces(pieces: IKeyValue[]): Buffer | undefined {
  return pieces.length === 0 ? undefined : Buffer.concat(pieces.map(({ value }) => value));
}
