import { decode, encode, toHost, toJava } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";
import { stringify } from "../data/json.js";
import { FileInput, FileOutput, GunzipInput, GzipOutput, gunzip } from "../streams/files.js";
import { BytesInput, type InputStream } from "../streams/input.js";
import { BytesOutput, type OutputStream } from "../streams/output.js";
import { RandomAccessFile } from "../streams/random-access.js";
import { readLines, TextReader } from "../streams/reader.js";

/** Streams: opening, reading by blocks and lines, copying, gzip. */

/** Characters or bytes given to a function at once, unless it asks for another number. */
const BLOCK_SIZE = 1024;

export function eachBlock(
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

export function eachByteBlock(source: InputStream, take: (bytes: Int8Array) => unknown, size = BLOCK_SIZE): void {
  try {
    for (let bytes = source.fill(size); bytes !== undefined; bytes = source.fill(size)) {
      // biome-ignore lint/suspicious/noDoubleEquals: OpenAF compares so
      if (take(toJava(bytes)) == true) return;
    }
  } finally {
    source.close();
  }
}

export function eachLine(
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

export function zipped(bytes: unknown): Int8Array {
  return toJava(world.host.bytes.gzip(toHost(bytes)));
}

/** Bytes of a text stream, or text, as UTF-8. */
export function textOf(source: InputStream, encoding?: string): string {
  try {
    return decode(source.all(), encoding);
  } finally {
    source.close();
  }
}

export const readFileStream = (file: unknown) => new FileInput(file);

export const writeFileStream = (file: unknown, append?: boolean) => new FileOutput(file, append, true);

export const readFileGzipStream = (file: unknown) => new GunzipInput(new FileInput(file));

export const writeFileGzipStream = (file: unknown, append?: boolean) =>
  new GzipOutput(new FileOutput(file, append, true));

export const randomAccessFile = (file: unknown, mode?: string) => new RandomAccessFile(file, mode);

export const unzipped = (bytes: unknown) => toJava(gunzip(toHost(bytes)));

export const compress = (value: unknown) => zipped(encode(stringify(value, undefined, "")));

export const uncompress = (bytes: unknown) => JSON.parse(decode(gunzip(toHost(bytes))));

export const ioStreamWrite = (target: OutputStream, text: unknown) => target.put(encode(String(text)));

export const ioStreamWriteBytes = (target: OutputStream, bytes: unknown) => target.put(toHost(bytes).slice());

export const ioSetNIO = (_flag: boolean) => undefined;

export const fromString2InputStream = (text: unknown, encoding?: string) =>
  new BytesInput(encode(String(text), encoding));

export const fromBytes2InputStream = (bytes: unknown) => new BytesInput(bytes);

export const fromString2OutputStream = (text: unknown) => {
  const stream = new BytesOutput();
  stream.put(encode(String(text)));
  return stream;
};

export const fromInputStream2Bytes = (source: InputStream) => {
  try {
    return source.readAllBytes();
  } finally {
    source.close();
  }
};

export const fromBytes2OutputStream = (bytes: unknown) => {
  const stream = new BytesOutput();
  stream.put(toHost(bytes).slice());
  return stream;
};

export const newOutputStream = () => new BytesOutput();
