import { decode, join } from "../java/bytes.js";
import type { InputStream } from "./input.js";

/** Text of a byte stream, block by block; a character is never cut in two by the border of a block. */
export class TextReader {
  private text = "";
  private rest: Uint8Array | undefined;
  private isAtEnd = false;

  constructor(
    private readonly source: InputStream,
    private readonly encoding = "UTF-8",
  ) {}

  /** Between 1 and `most` characters, what is there without waiting for more; undefined at the end. */
  read(most: number): string | undefined {
    while (this.text === "" && !this.isAtEnd) this.pull();
    if (this.text === "") return undefined;
    const block = this.text.slice(0, most);
    this.text = this.text.slice(most);
    return block;
  }

  /** Everything that has been read and not been asked for, then whatever comes next. */
  readAny(): string | undefined {
    return this.read(Number.POSITIVE_INFINITY);
  }

  private pull(): void {
    const chunk = this.source.take();
    if (chunk === undefined) {
      this.isAtEnd = true;
      if (this.rest !== undefined) this.text = decode(this.rest, this.encoding);
      return;
    }
    const bytes = this.rest === undefined ? chunk : join([this.rest, chunk]);
    const whole = bytes.length - incomplete(bytes, this.encoding);
    this.rest = whole < bytes.length ? bytes.subarray(whole) : undefined;
    this.text = decode(bytes.subarray(0, whole), this.encoding);
  }
}

/** Bytes at the end of `bytes` that are the start of a character. */
function incomplete(bytes: Uint8Array, encoding: string): number {
  if (/^utf-?16/i.test(encoding)) return bytes.length % 2;
  if (!/^utf-?8$/i.test(encoding)) return 0;
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

/**
 * Calls `take` for each part of `source` that `separator` ends, and for a last one without it.
 * Only one character of the separator is cut off, as in OpenAF. `true` from `take` ends it.
 */
export function readLines(
  source: InputStream,
  take: (line: string) => unknown,
  separator = "\n",
  encoding?: string,
): void {
  const reader = new TextReader(source, encoding);
  // Parts of a line that has not ended yet: joined once, so that one very long line does not cost its square.
  let open: string[] = [];
  for (let block = reader.readAny(); block !== undefined; block = reader.readAny()) {
    let text = block;
    if (separator.length !== 1 && open.length > 0) {
      // The border of a block may have cut the separator.
      text = open.join("") + block;
      open = [];
    }
    let from = 0;
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      const line = text.slice(from, at);
      from = at + 1;
      const stop = take(open.length === 0 ? line : open.join("") + line);
      open = [];
      // biome-ignore lint/suspicious/noDoubleEquals: OpenAF compares so
      if (stop == true) return;
    }
    if (from < text.length) open.push(text.slice(from));
  }
  if (open.length > 0) take(open.join(""));
}
