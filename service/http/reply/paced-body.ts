import { Readable } from "node:stream";
import { turns } from "../../base/turns.js";

/** Bytes that are written at once: the system copies megabytes at a time, which takes the event loop ten milliseconds. */
export const AT_ONCE = 128 * 1024;

/** A large body, sent in turns with all others: each turn of the event loop writes at most {@link AT_ONCE} of it. */
export class PacedBody extends Readable {
  private piece = 0;
  private offset = 0;

  constructor(private readonly pieces: readonly Buffer[]) {
    super({ highWaterMark: 1 });
  }

  override _read(): void {
    turns.next(() => {
      // The client has gone meanwhile.
      if (!this.destroyed) this.push(this.next() ?? null);
    });
  }

  private next(): Buffer | undefined {
    for (;;) {
      const whole = this.pieces[this.piece];
      if (whole === undefined) return undefined;
      const slice = whole.subarray(this.offset, this.offset + AT_ONCE);
      this.offset += slice.length;
      if (slice.length > 0) return slice;
      this.piece++;
      this.offset = 0;
    }
  }
}
