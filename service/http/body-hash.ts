import { createHash, type Hash } from "node:crypto";

/** SHA-256 of a body, hex; what was hashed while the body arrived. */
interface Hashes {
  whole: string;
  /** Of the body without the blanks it ends with, where that was asked for. */
  trimmed?: string;
}

/** Hashes of large bodies: made while their pieces arrived, so that nobody has to go through 10 MB in one go. */
const known = new WeakMap<Uint8Array, Hashes>();

/** Spaces, tabs and line ends. */
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

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
  while (end > 0 && BLANKS.includes(bytes[end - 1]!)) end--;
  return end;
}

/** Hashes a body while it arrives. */
export class BodyHasher {
  private readonly whole = createHash("sha256");
  private readonly trimmed: TrimmedHash | undefined;

  /** @param isTrimmed whether it is hashed without the blanks at its end, too */
  constructor(isTrimmed: boolean) {
    if (isTrimmed) this.trimmed = new TrimmedHash();
  }

  update(piece: Uint8Array): void {
    this.whole.update(piece);
    this.trimmed?.update(piece);
  }

  /** Keeps the hashes as those of the body that came of the pieces. */
  keepFor(body: Uint8Array): void {
    known.set(body, { whole: this.whole.digest("hex"), trimmed: this.trimmed?.digest() });
  }
}

/** Hashes pieces without the blanks at the end of the last one that holds anything else. */
class TrimmedHash {
  private readonly hash: Hash = createHash("sha256");
  /** Blanks that count only if something follows. */
  private blanks: Uint8Array[] = [];

  update(piece: Uint8Array): void {
    const end = trimmedLength(piece);
    if (end > 0) {
      for (const each of this.blanks) this.hash.update(each);
      this.hash.update(piece.subarray(0, end));
      this.blanks = [];
    }
    if (end < piece.length) this.blanks.push(piece.subarray(end));
  }

  digest(): string {
    return this.hash.digest("hex");
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
