import { decode, encode } from "../../base/values/bytes.js";
import { asNioRead, asStream, JavaException } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import { readBytes } from "./bytes.js";
import { writeData } from "./write.js";

/** Files as texts and as arrays of lines. */

/** @throws JavaException `java.nio.file.NoSuchFileException` when it is not there */
export function readText(file: unknown, encoding?: unknown): string {
  const path = String(file);
  const name = encodingOf(encoding);
  // The common case: decoded where the bytes are, not copied twice.
  if (isUtf8(name) && !path.includes("::")) return asNioRead(path, () => world.host.files.readText(path));
  return withEncoding(name, "java.io.UnsupportedEncodingException", () => decode(readBytes(path), name));
}

/** Writes a text, making the folders above it. */
export function writeText(file: unknown, value: unknown, encoding?: unknown, append = false): void {
  const path = String(file);
  const text = String(value);
  const name = encodingOf(encoding);
  const data = isUtf8(name)
    ? text
    : withEncoding(name, "java.nio.charset.UnsupportedCharsetException", () => encode(text, name));
  writeData(path, data, append);
}

/** Lines of a text; the last newline does not start one more. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function encodingOf(encoding: unknown): string {
  return encoding === undefined || encoding === null ? "UTF-8" : String(encoding);
}

function isUtf8(name: string): boolean {
  return /^utf-?8$/i.test(name);
}

function withEncoding<T>(name: string, javaClass: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if ((error as { code?: string }).code !== "EENCODING") throw error;
    throw new JavaException(javaClass, name);
  }
}

/** The encoding of a file, according to its first bytes; null if they do not show it. */
export function guessEncoding(file: unknown): string | null {
  const bytes = asStream(String(file), () => world.host.files.read(String(file)));
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "UTF-8";
  if (a === 0xfe && b === 0xff) return "UTF-16BE";
  if (a === 0xff && b === 0xfe) return "UTF-16LE";
  if (bytes.every((byte) => byte < 0x80)) return bytes.length === 0 ? null : "US-ASCII";
  return decode(bytes).includes("\ufffd") ? "WINDOWS-1252" : "UTF-8";
}

export const readFileAsArray = (file: unknown, encoding?: unknown) => {
  const path = String(file);
  const name = encodingOf(encoding);
  return linesOf(
    decode(
      asNioRead(path, () => world.host.files.read(path)),
      name,
    ),
  );
};

export const writeFileAsArray = (file: unknown, lines: unknown[], encoding?: unknown) => {
  const path = String(file);
  let text = "";
  for (const line of Array.isArray(lines) ? lines : []) text += `${line}\n`;
  // Unlike its neighbours it does not make folders, and fails as a stream does.
  asStream(path, () => world.host.files.write(path, encode(text, encodingOf(encoding))));
};

export const getDefaultEncoding = () => "UTF-8";

export const convertFileToEncoding = (from: unknown, to: unknown, encoding?: unknown) =>
  writeText(to, readText(from, guessEncoding(from)), encoding);
