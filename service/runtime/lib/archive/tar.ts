import { decode, encode, join } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";

/**
 * TAR archives in memory: the ustar format of POSIX.1-1988, with GNU's long names (entries `L` and `K`) and the
 * extended headers of POSIX.1-2001 (`x`) when reading, GNU's long names when writing.
 */

const BLOCK = 512;

export interface TarEntry {
  /** As stored: folders end with a slash. */
  name: string;
  size: number;
  /** ms since the epoch. */
  modifiedMs: number;
  mode: number;
  userId: number;
  groupId: number;
  user: string;
  group: string;
  /** One character: `0` file, `1` link, `2` symbolic link, `5` folder. */
  type: string;
  linkName: string;
  content: Uint8Array;
}

/** Entries of an archive, in its order. @throws JavaException `java.io.IOException` when it is none */
export function* readTar(archive: Uint8Array): Generator<TarEntry, void> {
  let longer: Record<string, string> = {};
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const size = longer["size"] === undefined ? number(block, 124, 12) : Number(longer["size"]);
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(block[156] || 48);
    if (type === "L") longer["path"] = textOf(content);
    else if (type === "K") longer["linkpath"] = textOf(content);
    else if (type === "x") Object.assign(longer, extended(content));
    else if (type !== "g") {
      yield entryOf(block, type, size, content, longer);
      longer = {};
    }
  }
}

function entryOf(
  block: Uint8Array,
  type: string,
  size: number,
  content: Uint8Array,
  longer: Record<string, string>,
): TarEntry {
  const magic = textOf(block.subarray(257, 263));
  const prefix = magic === "ustar" ? textOf(block.subarray(345, 500)) : "";
  const short = textOf(block.subarray(0, 100));
  const name = longer["path"] ?? (prefix === "" ? short : `${prefix}/${short}`);
  const isFolder = type === "5" || (type === "0" && name.endsWith("/"));
  return {
    name: isFolder && !name.endsWith("/") ? `${name}/` : name,
    size,
    modifiedMs:
      longer["mtime"] === undefined ? number(block, 136, 12) * 1000 : Math.floor(Number(longer["mtime"]) * 1000),
    mode: number(block, 100, 8),
    userId: longer["uid"] === undefined ? number(block, 108, 8) : Number(longer["uid"]),
    groupId: longer["gid"] === undefined ? number(block, 116, 8) : Number(longer["gid"]),
    user: longer["uname"] ?? textOf(block.subarray(265, 297)),
    group: longer["gname"] ?? textOf(block.subarray(297, 329)),
    type: isFolder ? "5" : type,
    linkName: longer["linkpath"] ?? textOf(block.subarray(157, 257)),
    content,
  };
}

/** The archive of `entries`, padded to whole records of 20 blocks. */
export function writeTar(entries: Iterable<TarEntry>): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    chunks.push(bytes);
    length += bytes.length;
  };
  for (const entry of entries) {
    const name = encode(entry.name);
    if (name.length > 100) {
      const long = join([name, Uint8Array.of(0)]);
      add(header({ ...entry, name: "././@LongLink", type: "L", size: long.length, mode: 0 }));
      add(padded(long));
    }
    add(header(entry));
    if (entry.content.length > 0) add(padded(entry.content));
  }
  const record = BLOCK * 20;
  add(new Uint8Array(Math.ceil((length + 2 * BLOCK) / record) * record - length));
  return join(chunks);
}

function header(entry: TarEntry): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, most: number, text: string): void => block.set(encode(text).subarray(0, most), at);
  const octal = (at: number, width: number, value: number): void =>
    put(
      at,
      width,
      `${Math.max(0, Math.floor(value))
        .toString(8)
        .padStart(width - 1, "0")}\0`,
    );
  put(0, 100, entry.name);
  octal(100, 8, entry.mode);
  octal(108, 8, entry.userId);
  octal(116, 8, entry.groupId);
  octal(124, 12, entry.size);
  octal(136, 12, entry.modifiedMs / 1000);
  put(148, 8, "        ");
  put(156, 1, entry.type);
  put(157, 100, entry.linkName);
  put(257, 8, "ustar\x0000");
  put(265, 31, entry.user);
  put(297, 31, entry.group);
  let sum = 0;
  for (const byte of block) sum += byte;
  put(148, 8, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

function padded(content: Uint8Array): Uint8Array {
  if (content.length % BLOCK === 0) return content;
  const whole = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  whole.set(content);
  return whole;
}

/** A number field: octal digits, or binary when its first bit is set (GNU, for large values). */
function number(block: Uint8Array, at: number, width: number): number {
  if (block[at]! & 0x80) {
    let value = block[at]! & 0x7f;
    for (let index = at + 1; index < at + width; index++) value = value * 256 + block[index]!;
    return value;
  }
  const digits = textOf(block.subarray(at, at + width)).trim();
  if (!/^[0-7]*$/.test(digits)) throw new JavaException("java.io.IOException", "Error detected parsing the header");
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Records `length key=value\n` of an extended header. */
function extended(content: Uint8Array): Record<string, string> {
  const values: Record<string, string> = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = Number(decode(content.subarray(at, space)));
    if (space < 0 || !(length > 0)) break;
    const record = decode(content.subarray(space + 1, at + length - 1));
    const equals = record.indexOf("=");
    values[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return values;
}
