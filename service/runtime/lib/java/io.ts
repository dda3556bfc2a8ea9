import { waitUntil } from "../../base/scheduler.js";
import { decode, toJava } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { JavaObject } from "../../base/values/object.js";
import type { TarEntry } from "../archive/tar.js";
import { copyStream } from "../files/streams.js";
import { entriesOf } from "../files/tar.js";
import { FileInput } from "../streams/files.js";
import { InputStream } from "../streams/input.js";
import { OutputStream } from "../streams/output.js";
import { TextReader } from "../streams/reader.js";

/** Façades of `java.io` readers and pipes, and of the Apache Commons classes jobs use. */

/** `Reader`, `InputStreamReader`, `FileReader`, `BufferedReader`. */
export class Reader extends JavaObject {
  static override readonly className = "java.io.BufferedReader";
  private readonly source: InputStream;
  private readonly reader: TextReader;
  private rest = "";

  /** @param source a stream, another reader, or the name of a file */
  constructor(source: unknown, encoding?: unknown) {
    super();
    this.source =
      source instanceof Reader ? source.source : source instanceof InputStream ? source : new FileInput(source);
    this.reader =
      source instanceof Reader
        ? source.reader
        : new TextReader(this.source, encoding === undefined ? undefined : String(encoding));
  }

  /** The next line without its end; null when there is none. */
  readLine(): string | null {
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.rest);
      if (end !== null) {
        const line = this.rest.slice(0, end.index);
        this.rest = this.rest.slice(end.index + end[0].length);
        return line;
      }
      const more = this.reader.readAny();
      if (more === undefined) {
        const line = this.rest.replace(/\r$/, "");
        this.rest = "";
        return line === "" ? null : line;
      }
      this.rest += more;
    }
  }

  /** Code of the next character; -1 at the end. */
  read(): number {
    if (this.rest === "") this.rest = this.reader.readAny() ?? "";
    if (this.rest === "") return -1;
    const code = this.rest.charCodeAt(0);
    this.rest = this.rest.slice(1);
    return code;
  }

  ready = (): boolean => this.rest !== "" || this.source.available() > 0;
  close = (): void => this.source.close();
}

/** Reads what is written to a {@link PipedOutput}, in another task. */
export class PipedInput extends InputStream {
  static override readonly className = "java.io.PipedInputStream";
  private readonly chunks: Uint8Array[] = [];
  private isOver = false;

  constructor(source?: unknown) {
    super();
    if (source instanceof PipedOutput) source.connect(this);
  }

  feed(chunk: Uint8Array): void {
    this.chunks.push(chunk);
  }

  finish(): void {
    this.isOver = true;
  }

  protected override pull(): Uint8Array | undefined {
    waitUntil(() => this.chunks.length > 0 || this.isOver, undefined, "the writer of a pipe");
    return this.chunks.shift();
  }

  protected override ready(): number {
    return this.chunks.reduce((length, chunk) => length + chunk.length, 0);
  }
}

/** The writing end of a {@link PipedInput}. */
export class PipedOutput extends OutputStream {
  static override readonly className = "java.io.PipedOutputStream";
  private target: PipedInput | undefined;

  constructor(target?: PipedInput) {
    super();
    this.target = target;
  }

  connect(target: PipedInput): void {
    this.target = target;
  }

  override put(bytes: Uint8Array): void {
    if (this.target === undefined) throw new JavaException("java.io.IOException", "Pipe not connected");
    this.target.feed(bytes);
  }

  override close(): void {
    this.target?.finish();
  }
}

/** `TarArchiveInputStream`: entries one after the other, each read through the stream itself. */
export class TarInput extends InputStream {
  static override readonly className = "org.apache.commons.compress.archivers.tar.TarArchiveInputStream";
  private readonly entries: TarEntry[];
  private content: Uint8Array | undefined;

  constructor(source: InputStream) {
    super();
    this.entries = entriesOf(source);
  }

  getNextEntry(): unknown {
    const entry = this.entries.shift();
    this.content = entry?.content;
    if (entry === undefined) return null;
    return {
      getName: () => entry.name,
      getSize: () => entry.size,
      getMode: () => entry.mode,
      isDirectory: () => entry.type === "5",
      isFile: () => entry.type === "0",
      isSymbolicLink: () => entry.type === "2",
      getLinkName: () => entry.linkName,
      getLastModifiedDate: () => new Date(entry.modifiedMs),
    };
  }

  getNextTarEntry = (): unknown => this.getNextEntry();

  protected override pull(): Uint8Array | undefined {
    const content = this.content;
    this.content = undefined;
    return content === undefined || content.length === 0 ? undefined : content;
  }
}

/** `org.apache.commons.io.IOUtils`. */
export const IOUtils = {
  copy: (source: InputStream, target: OutputStream) => source.transferTo(target),
  copyLarge: (source: InputStream, target: OutputStream) => source.transferTo(target),
  toString: (source: InputStream, encoding?: unknown) =>
    decode(source.all(), encoding === undefined ? undefined : String(encoding)),
  toByteArray: (source: InputStream) => toJava(source.all()),
  readLines: (source: InputStream, encoding?: unknown) => {
    const reader = new Reader(source, encoding);
    const lines: string[] = [];
    for (let line = reader.readLine(); line !== null; line = reader.readLine()) lines.push(line);
    return lines;
  },
  write: (data: unknown, target: OutputStream) => target.write(data),
  closeQuietly: (stream: { close(): void } | null | undefined) => stream?.close(),
  copyStream,
};
