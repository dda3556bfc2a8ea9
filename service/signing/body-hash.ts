import { createHash, type Hash } from "node:crypto";

/** SHA-256 of a body, hex; what was hashed while the body arrived. */
interface Hashes {
  whole: string;
  /** Of the body without the blanks it ends with. */
  trimmed: string;
}

/** Hashes of large bodies: made while their pieces arrived, so that nobody has to go through 10 MB in one go. */
const known = new WeakMap<Uint8Array, Hashes>();

/** SHA-256 (hex) of a request's body as it was sent. */
export function hashOfBody(body: Uint8Array): string {
  return known.get(body)?.whole ?? sha256(body);
}

/** SHA-256 (hex) of a request's body without the spaces, tabs and line ends it ends with. */
export function hashOfTrimmed(body: Buffer): string {
  return known.get(body)?.trimmed ?? sha256(body.subarray(0, trimmedLength(body)));
}

/** Length without the spaces, tabs and line ends at the end. */
export function trimmedLength(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && isBlank(bytes[end - 1]!)) end--;
  return end;
}

/** Spaces, tabs and line ends. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Hashes a body while it arrives, also without the blanks at its end, at the cost of one hash. */
export class BodyHasher {
  private readonly whole = createHash("sha256");
  /** As it was before the blanks that came last; undefined when something else came last. */
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

  /** Keeps the hashes as those of the body that came of the pieces. */
  keepFor(body: Uint8Array): void {
    const whole = this.whole.digest("hex");
    known.set(body, { whole, trimmed: this.trimmed?.digest("hex") ?? whole });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
