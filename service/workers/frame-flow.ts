import type { Readable } from "node:stream";
import { FrameReader, type Kind } from "./protocol.js";

/** Longest time that frames of a worker are taken without giving others their turn, ms: a job may print a million lines. */
const SLICE_MS = 8;

/** The frames that come out of a stream, taken in slices; meanwhile the stream waits, and who writes into it. */
export class FrameFlow {
  private readonly reader: FrameReader;
  private hasMore = false;
  private isBroken = false;

  /**
   * @param onFrame called with each whole frame, in order
   * @param onBreak called once when what comes are no frames
   */
  constructor(
    private readonly stream: Readable,
    onFrame: (kind: Kind, payload: string) => void,
    private readonly onBreak: (error: Error) => void,
  ) {
    this.reader = new FrameReader(onFrame);
    stream.on("data", (chunk: Buffer) => {
      this.reader.add(chunk);
      if (!this.hasMore) this.slice();
    });
  }

  /** Are there frames that have come and were not taken yet? */
  get isBehind(): boolean {
    return this.hasMore;
  }

  private slice(): void {
    if (this.isBroken) return;
    const from = performance.now();
    try {
      while (this.reader.next()) {
        if (performance.now() - from < SLICE_MS) continue;
        this.hasMore = true;
        this.stream.pause();
        setImmediate(() => this.slice());
        return;
      }
    } catch (error) {
      this.isBroken = true;
      this.onBreak(error as Error);
    }
    if (!this.hasMore) return;
    this.hasMore = false;
    this.stream.resume();
  }
}
