import { BodyHasher } from "../../signing/body-hash.js";

/** Hashes the pieces of a body as they arrive. */
interface PieceHasher {
  update(piece: Buffer): void;
  end(): void;
}

/** Collects a large body while it arrives, and hashes it piece by piece (see `hashOfBody`). */
export class LargeBody {
  private readonly hasher = new BodyHasher();
  private readonly whole: Buffer | undefined;
  private readonly pieces: Buffer[] = [];
  length = 0;

  /**
   * @param announced its length, if known: then the bytes need not be copied at the end
   * @param payload a second hash of the body
   */
  constructor(
    announced: number | undefined,
    private readonly payload: PieceHasher,
  ) {
    if (announced !== undefined) this.whole = Buffer.allocUnsafeSlow(announced);
  }

  add(piece: Buffer): void {
    this.hasher.update(piece);
    this.payload.update(piece);
    if (this.whole === undefined) this.pieces.push(piece);
    else piece.copy(this.whole, this.length);
    this.length += piece.length;
  }

  /** The whole body. */
  end(): Buffer {
    const body = this.whole?.subarray(0, this.length) ?? Buffer.concat(this.pieces, this.length);
    this.hasher.keepFor(body);
    this.payload.end();
    return body;
  }
}
