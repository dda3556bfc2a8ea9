import { decode, toHost, toJava } from "../../base/values/bytes.js";
import { asStream, JavaException } from "../../base/values/errors.js";
import { JavaObject } from "../../base/values/object.js";
import { world } from "../../base/world.js";

/** A file read and written at any place (`java.io.RandomAccessFile`). */
export class RandomAccessFile extends JavaObject {
  static override readonly className: string = "java.io.RandomAccessFile";
  private readonly fd: number;
  private at = 0;

  /** @param mode `r` or `rw` (which makes the file) */
  constructor(
    private readonly file: unknown,
    mode = "r",
  ) {
    super();
    const path = String(file);
    const { files } = world.host;
    if (mode !== "r" && files.stat(path) === "") asStream(path, () => files.write(path, ""));
    this.fd = asStream(path, () => files.open(path, mode === "r" ? "r" : "r+"));
  }

  length(): number {
    return JSON.parse(world.host.files.stat(String(this.file))).size;
  }

  getFilePointer(): number {
    return this.at;
  }

  seek(position: number): void {
    this.at = position;
  }

  skipBytes(count: number): number {
    const skipped = Math.max(0, Math.min(count, this.length() - this.at));
    this.at += skipped;
    return skipped;
  }

  /** One byte, or as many as there are into `target`; -1 at the end. */
  read(target?: Int8Array, offset = 0, length = target?.length ?? 1): number {
    const chunk = world.host.files.readChunk(this.fd, length, this.at);
    if (chunk.length === 0) return -1;
    this.at += chunk.length;
    if (target === undefined) return chunk[0]!;
    target.set(toJava(chunk), offset);
    return chunk.length;
  }

  readFully(target: Int8Array): void {
    for (let done = 0; done < target.length; ) {
      const count = this.read(target, done, target.length - done);
      if (count < 0) throw new JavaException("java.io.EOFException");
      done += count;
    }
  }

  /** The next line without its end (each byte one character, as Java has it); null at the end. */
  readLine(): string | null {
    let line = "";
    for (;;) {
      const chunk = world.host.files.readChunk(this.fd, 4096, this.at);
      if (chunk.length === 0) return line === "" ? null : line;
      const end = chunk.findIndex((byte) => byte === 10 || byte === 13);
      line += decode(end < 0 ? chunk : chunk.subarray(0, end), "ISO-8859-1");
      this.at += end < 0 ? chunk.length : end + (chunk[end] === 13 && chunk[end + 1] === 10 ? 2 : 1);
      if (end >= 0) return line;
    }
  }

  write(data: number | unknown, offset = 0, length?: number): void {
    const bytes = typeof data === "number" ? Uint8Array.of(data) : toHost(data);
    const part = bytes.subarray(offset, length === undefined ? undefined : offset + length);
    for (let done = 0; done < part.length; ) {
      const count = world.host.files.writeChunk(this.fd, part.subarray(done), this.at);
      done += count;
      this.at += count;
    }
  }

  writeBytes(text: string): void {
    this.write(world.host.bytes.encode(text, "ISO-8859-1"));
  }

  close(): void {
    world.host.files.close(this.fd);
  }
}
