import { decode, encode, join } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import { crc32 } from "./crc.js";

/**
 * ZIP archives in memory: reading and writing the format of PKWARE's APPNOTE.TXT, stored and deflated entries,
 * without encryption and ZIP64 (archives of 4 GB are not read into memory here anyway).
 */

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const STORED = 0;
const DEFLATED = 8;
/** Names and comments are UTF-8. */
const UTF8_FLAG = 0x800;

export interface ZipEntry {
  name: string;
  size: number;
  compressedSize: number;
  crc: number;
  /** Last change, ms since the epoch. */
  time: number;
  comment: string | null;
  method: number;
  /** The compressed content. */
  packed: Uint8Array;
}

/** The entries of an archive in their order. @throws JavaException `java.util.zip.ZipException` when it is none */
export function readZip(archive: Uint8Array): Map<string, ZipEntry> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const entries = new Map<string, ZipEntry>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > archive.length || view.getUint32(at, true) !== CENTRAL)
      throw zipException("invalid CEN header (bad signature)");
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const commentLength = view.getUint16(at + 32, true);
    const compressedSize = view.getUint32(at + 20, true);
    const local = view.getUint32(at + 42, true);
    const content = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const name = decode(archive.subarray(at + 46, at + 46 + nameLength));
    const commentAt = at + 46 + nameLength + extraLength;
    entries.set(name, {
      name,
      size: view.getUint32(at + 24, true),
      compressedSize,
      crc: view.getUint32(at + 16, true),
      time: fromDosTime(view.getUint32(at + 12, true)),
      comment: commentLength === 0 ? null : decode(archive.subarray(commentAt, commentAt + commentLength)),
      method: view.getUint16(at + 10, true),
      packed: archive.subarray(content, content + compressedSize),
    });
    at = commentAt + commentLength;
  }
  return entries;
}

/** The content of an entry. */
export function unpack(entry: ZipEntry): Uint8Array {
  if (entry.method === STORED) return entry.packed;
  if (entry.method === DEFLATED) return world.host.bytes.inflateRaw(entry.packed);
  throw zipException(`unsupported compression method ${entry.method} of '${entry.name}'`);
}

/** The content of the entry `name`; undefined when there is none. */
export function unzipEntry(archive: Uint8Array, name: string): Uint8Array | undefined {
  const entry = readZip(archive).get(name);
  return entry === undefined ? undefined : unpack(entry);
}

/** An entry made of its content. `level` 0 to 9; absent: the usual one. */
export function pack(name: string, content: Uint8Array, level?: number, time = world.host.clock.nowMs()): ZipEntry {
  const method = content.length === 0 ? STORED : DEFLATED;
  const packed = method === STORED ? content : world.host.bytes.deflateRaw(content, level);
  return {
    name,
    size: content.length,
    compressedSize: packed.length,
    crc: crc32(content),
    time,
    comment: null,
    method,
    packed,
  };
}

/** The archive of `entries`. */
export function writeZip(entries: Iterable<ZipEntry>): Uint8Array {
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  let count = 0;
  for (const entry of entries) {
    const name = encode(entry.name);
    const comment = entry.comment === null ? new Uint8Array(0) : encode(entry.comment);
    const local = header([[4, LOCAL], [2, 20], ...common(entry), [2, name.length], [2, 0]]);
    directory.push(
      header([
        [4, CENTRAL],
        [2, 20],
        [2, 20],
        ...common(entry),
        [2, name.length],
        [2, 0],
        [2, comment.length],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, at],
      ]),
      name,
      comment,
    );
    chunks.push(local, name, entry.packed);
    at += local.length + name.length + entry.packed.length;
    count++;
  }
  const index = join(directory);
  const tail = header([
    [4, END],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, index.length],
    [4, at],
    [2, 0],
  ]);
  return join([...chunks, index, tail]);
}

/** Width in bytes and value of a header's field. */
type Field = [size: 2 | 4, value: number];

/** The fields that both headers of an entry have. */
function common(entry: ZipEntry): Field[] {
  return [
    [2, UTF8_FLAG],
    [2, entry.method],
    [4, toDosTime(entry.time)],
    [4, entry.crc],
    [4, entry.compressedSize],
    [4, entry.size],
  ];
}

function header(fields: Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((length, [size]) => length + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

/** The end record is at the end, before a comment of at most 64 KB. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= first; at--) if (view.getUint32(at, true) === END) return at;
  throw zipException(view.byteLength === 0 ? "zip file is empty" : "zip END header not found");
}

/** The format keeps local times, without a zone, in steps of two seconds. */
function toDosTime(ms: number): number {
  const date = new Date(ms);
  const day = ((Math.max(1980, date.getFullYear()) - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}

function fromDosTime(packed: number): number {
  const day = packed >>> 16;
  const year = (day >> 9) + 1980;
  return new Date(
    year,
    ((day >> 5) & 15) - 1,
    day & 31,
    (packed >> 11) & 31,
    (packed >> 5) & 63,
    (packed & 31) * 2,
  ).getTime();
}

function zipException(message: string): JavaException {
  return new JavaException("java.util.zip.ZipException", message);
}
