import { decode, encode, toHost, toJava } from "../java/bytes.js";

import { FileInput, FileOutput, GunzipInput, GzipOutput, gunzip } from "../streams/files.js";
import { BytesInput, type InputStream } from "../streams/input.js";
import { BytesOutput, type OutputStream } from "../streams/output.js";
import { RandomAccessFile } from "../streams/random-access.js";
import { readLines, TextReader } from "../streams/reader.js";
import { world } from "../world.js";
import { stringify } from "./json.js";

/** Streams: opening, reading by blocks and lines, copying, gzip. */

/** Characters or bytes given to a function at once, unless it asks for another number. */
const BLOCK_SIZE = 1024;

function eachBlock(
  source: InputStream,
  take: (text: string) => unknown,
  size = BLOCK_SIZE,
  _nio?: boolean,
  encoding?: string,
): void {
  const reader = new TextReader(source, encoding);
  try {
    for (let text = reader.read(size); text !== undefined; text = reader.read(size)) {
      // biome-ignore lint/suspicious/noDoubleEquals: OpenAF compares so
      if (take(text) == true) return;
    }
  } finally {
    source.close();
  }
}

function eachByteBlock(source: InputStream, take: (bytes: Int8Array) => unknown, size = BLOCK_SIZE): void {
  try {
    for (let bytes = source.fill(size); bytes !== undefined; bytes = source.fill(size)) {
      // biome-ignore lint/suspicious/noDoubleEquals: OpenAF compares so
      if (take(toJava(bytes)) == true) return;
    }
  } finally {
    source.close();
  }
}

function eachLine(
  source: InputStream,
  take: (line: string) => unknown,
  separator = "\n",
  _nio?: boolean,
  encoding?: string,
): void {
  try {
    readLines(source, take, separator, encoding);
  } finally {
    source.close();
  }
}

/** Copies all of `source` and closes both. */
export function copyStream(target: OutputStream, source: InputStream): void {
  try {
    source.transferTo(target);
  } finally {
    source.close();
    target.close();
  }
}

function zipped(bytes: unknown): Int8Array {
  return toJava(world.host.bytes.gzip(toHost(bytes)));
}

/** Bytes of a text stream, or text, as UTF-8. */
function textOf(source: InputStream, encoding?: string): string {
  try {
    return decode(source.all(), encoding);
  } finally {
    source.close();
  }
}

export const scope = {
  "io.readFileStream": (file: unknown) => new FileInput(file),
  "io.writeFileStream": (file: unknown, append?: boolean) => new FileOutput(file, append, true),
  "io.readFileGzipStream": (file: unknown) => new GunzipInput(new FileInput(file)),
  "io.writeFileGzipStream": (file: unknown, append?: boolean) => new GzipOutput(new FileOutput(file, append, true)),
  "io.randomAccessFile": (file: unknown, mode?: string) => new RandomAccessFile(file, mode),
  "io.gzip": zipped,
  "io.gunzip": (bytes: unknown) => toJava(gunzip(toHost(bytes))),
  compress: (value: unknown) => zipped(encode(stringify(value, undefined, ""))),
  uncompress: (bytes: unknown) => JSON.parse(decode(gunzip(toHost(bytes)))),
  ioStreamRead: eachBlock,
  ioStreamReadBytes: eachByteBlock,
  ioStreamReadLines: eachLine,
  ioStreamWrite: (target: OutputStream, text: unknown) => target.put(encode(String(text))),
  ioStreamWriteBytes: (target: OutputStream, bytes: unknown) => target.put(toHost(bytes).slice()),
  ioStreamCopy: copyStream,
  ioSetNIO: (_flag: boolean) => undefined,
  "af.fromString2InputStream": (text: unknown, encoding?: string) => new BytesInput(encode(String(text), encoding)),
  "af.fromBytes2InputStream": (bytes: unknown) => new BytesInput(bytes),
  "af.fromString2OutputStream": (text: unknown) => {
    const stream = new BytesOutput();
    stream.put(encode(String(text)));
    return stream;
  },
  "af.fromInputStream2Bytes": (source: InputStream) => {
    try {
      return source.readAllBytes();
    } finally {
      source.close();
    }
  },
  "af.fromInputStream2String": textOf,
  "af.fromBytes2OutputStream": (bytes: unknown) => {
    const stream = new BytesOutput();
    stream.put(toHost(bytes).slice());
    return stream;
  },
  "af.newOutputStream": () => new BytesOutput(),
};
