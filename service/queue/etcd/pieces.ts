import type { Namespace } from "etcd3";
import { digits } from "./keys.js";

/** etcd takes requests of 1.5 MB at most, unless it is told otherwise. */
const PIECE_BYTES = 512 * 1024;

/** Writes a text in pieces below a prefix that ends in a slash. */
export async function writePieces(etcd: Namespace, prefix: string, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at === 0 || at < bytes.length; at += PIECE_BYTES) {
    await etcd.put(`${prefix}${digits(at)}`).value(bytes.subarray(at, at + PIECE_BYTES));
  }
}

/** The text written there; undefined when there is none. */
export async function readPieces(etcd: Namespace, prefix: string): Promise<string | undefined> {
  const { kvs } = await etcd.getAll().prefix(prefix).sort("Key", "Ascend").exec();
  return kvs.length === 0 ? undefined : Buffer.concat(kvs.map(({ value }) => value)).toString();
}
