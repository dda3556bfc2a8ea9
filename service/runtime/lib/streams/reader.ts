import { ChunkDecoder } from "./chunk-decoder.js";
import type { InputStream } from "./input.js";

/** Text of a byte stream, block by block; a character is never cut in two by the border of a block. */
export class TextReader {
  private text = "";
  private isAtEnd = false;
  private readonly decoder: ChunkDecoder;

  constructor(
    private readonly source: InputStream,
    encoding?: string,
  ) {
    this.decoder = new ChunkDecoder(encoding);
  }

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
    this.isAtEnd = chunk === undefined;
    this.text = chunk === undefined ? this.decoder.end() : this.decoder.push(chunk);
  }
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
