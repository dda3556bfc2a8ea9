import { decode, encode, join, toHost, toJava } from "../../base/values/bytes.js";
import { JavaObject } from "../../base/values/object.js";

/** A sink of bytes as job code knows it (`java.io.OutputStream`). */
export abstract class OutputStream extends JavaObject {
  static override readonly className: string = "java.io.OutputStream";

  /** Takes `bytes`, which nobody changes afterwards. */
  abstract put(bytes: Uint8Array): void;

  /** One byte, a byte array or a part of one, or a text. */
  write(data: unknown, offset?: number, length?: number): void {
    if (typeof data === "number") return this.put(Uint8Array.of(data));
    const bytes = typeof data === "string" ? encode(data) : toHost(data);
    const from = offset ?? 0;
    this.put(bytes.slice(from, length === undefined ? undefined : from + length));
  }

  flush(): void {}
  close(): void {}
}

/** Keeps what is written (`java.io.ByteArrayOutputStream`). */
export class BytesOutput extends OutputStream {
  static override readonly className: string = "java.io.ByteArrayOutputStream";
  private chunks: Uint8Array[] = [];

  override put(bytes: Uint8Array): void {
    this.chunks.push(bytes);
  }

  /** All bytes so far, as the host wants them. */
  bytes(): Uint8Array {
    const whole = join(this.chunks);
    this.chunks = [whole];
    return whole;
  }

  size(): number {
    return this.bytes().length;
  }

  reset(): void {
    this.chunks = [];
  }

  toByteArray(): Int8Array {
    return toJava(this.bytes().slice());
  }

  override toString(encoding?: string): string {
    return decode(this.bytes(), encoding);
  }

  writeTo(target: OutputStream): void {
    target.put(this.bytes());
  }
}
