import { createHash, type Hash } from "node:crypto";

/** SHA-256 hashes of a body, hex. */
interface Hashes {
  whole: string;
  /** Hash of the body without trailing white space. */
  trimmed: string;
}

/** Hashes of large bodies: made while their chunks arrived, so that nobody has to hash 10 MB in one go. */
const known = new WeakMap<Uint8Array, Hashes>();

/** SHA-256 (hex) of a request's body as it was sent. */
export function hashOfBody(body: Uint8Array): string {
  return known.get(body)?.whole ?? sha256(body);
}

/** SHA-256 (hex) of a request's body without trailing spaces, tabs and line ends. */
export function hashOfTrimmed(body: Buffer): string {
  return known.get(body)?.trimmed ?? sha256(body.subarray(0, trimmedLength(body)));
}

/** Length without trailing spaces, tabs and line ends. */
export function trimmedLength(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && isBlank(bytes[end - 1]!)) end--;
  return end;
}

/** Spaces, tabs and line ends. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Hashes a body while it arrives, also without its trailing white space, at the cost of one hash. */
export class BodyHasher {
  private readonly whole = createHash("sha256");
  /** State before the trailing white space; undefined when the body does not end with any. */
  private trimmed: Hash | undefined;

  update(piece: Uint8Array): void {
    const end = trimmedLength(piece);
    if (end > 0) {
      this.whole.update(piece.subarray(0, end));
      this.trimmed = undefined;
    }
    if (end === piece.length) return;
    this.trimmed ??= this.whole.copy();
    this.whole.update(piece.subarray(end));
  }

  /** Keeps the hashes for the assembled body. */
  keepFor(body: Uint8Array): void {
    const whole = this.whole.digest("hex");
    known.set(body, { whole, trimmed: this.trimmed?.digest("hex") ?? whole });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
