import { join, toHost, toJava } from "../../base/values/bytes.js";
import { JavaObject } from "../../base/values/object.js";
import type { OutputStream } from "./output.js";

/** Bytes asked from a source at once. */
export const BLOCK = 65536;

/** A source of bytes as job code knows it (`java.io.InputStream`). */
export abstract class InputStream extends JavaObject {
  static override readonly className: string = "java.io.InputStream";
  private rest: Uint8Array | undefined;

  /** The next bytes, at most about `most`; undefined at the end. May wait. */
  protected abstract pull(most: number): Uint8Array | undefined;

  /** Number of bytes that `pull` can return without waiting. */
  protected ready(): number {
    return 0;
  }

  /** Between 1 and `most` bytes; undefined at the end. */
  take(most = BLOCK): Uint8Array | undefined {
    let chunk = this.rest ?? this.pull(Math.max(most, BLOCK));
    this.rest = undefined;
    if (chunk === undefined) return undefined;
    if (chunk.length > most) {
      this.rest = chunk.subarray(most);
      chunk = chunk.subarray(0, most);
    }
    return chunk;
  }

  /** Exactly `count` bytes, fewer only at the end; undefined when there are none. */
  fill(count: number): Uint8Array | undefined {
    const chunks: Uint8Array[] = [];
    for (let left = count; left > 0; ) {
      const chunk = this.take(left);
      if (chunk === undefined) break;
      chunks.push(chunk);
      left -= chunk.length;
    }
    return chunks.length === 0 ? undefined : join(chunks);
  }

  /** Everything that is left. */
  all(): Uint8Array {
    const chunks: Uint8Array[] = [];
    for (let chunk = this.take(); chunk !== undefined; chunk = this.take()) chunks.push(chunk);
    return join(chunks);
  }

  available(): number {
    return (this.rest?.length ?? 0) + this.ready();
  }

  /** One byte (0 to 255), or as many as there are into `target`; -1 at the end. */
  read(target?: Int8Array, offset = 0, length = target?.length ?? 1): number {
    const chunk = this.take(length);
    if (chunk === undefined) return -1;
    if (target === undefined) return chunk[0]!;
    target.set(toJava(chunk), offset);
    return chunk.length;
  }

  readAllBytes(): Int8Array {
    return toJava(this.all());
  }

  readNBytes(count: number): Int8Array {
    return toJava(this.fill(count) ?? new Uint8Array(0));
  }

  skip(count: number): number {
    return this.fill(count)?.length ?? 0;
  }

  transferTo(target: OutputStream): number {
    let count = 0;
    for (let chunk = this.take(); chunk !== undefined; chunk = this.take()) {
      target.put(chunk);
      count += chunk.length;
    }
    return count;
  }

  markSupported(): boolean {
    return false;
  }

  close(): void {}
}

/** Bytes that are already there (`java.io.ByteArrayInputStream`). */
export class BytesInput extends InputStream {
  static override readonly className: string = "java.io.ByteArrayInputStream";
  private bytes: Uint8Array | undefined;

  constructor(bytes: unknown) {
    super();
    this.bytes = toHost(bytes);
  }

  protected override pull(): Uint8Array | undefined {
    const bytes = this.bytes;
    this.bytes = undefined;
    return bytes === undefined || bytes.length === 0 ? undefined : bytes;
  }

  protected override ready(): number {
    return this.bytes?.length ?? 0;
  }
}
