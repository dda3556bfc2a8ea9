import { decode, join } from "../../base/values/bytes.js";

/** Turns chunks of bytes into text without cutting a character that lies across two of them. */
export class ChunkDecoder {
  private rest: Uint8Array | undefined;

  constructor(private readonly encoding = "UTF-8") {}

  push(chunk: Uint8Array): string {
    const bytes = this.rest === undefined ? chunk : join([this.rest, chunk]);
    const whole = bytes.length - incomplete(bytes, this.encoding);
    this.rest = whole < bytes.length ? bytes.subarray(whole) : undefined;
    return decode(bytes.subarray(0, whole), this.encoding);
  }

  /** Text of what is left over. */
  end(): string {
    const rest = this.rest;
    this.rest = undefined;
    return rest === undefined ? "" : decode(rest, this.encoding);
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
