import type { Readable } from "node:stream";
import { turns } from "../base/turns.js";
import { FrameReader, type Kind } from "./protocol.js";

/** Longest time that the frames of a piece are taken at once, ms: those of usual runs are. */
const AT_ONCE_MS = 2;
/** The same of what waits for its turn, ms. */
const SLICE_MS = 1;

/**
 * The frames that come out of a stream, taken in slices, in turns with all others of the node: a job may print a million lines.
 * Meanwhile the stream waits, and who writes into it.
 */
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
    onFrame: (kind: Kind, payload: Buffer) => void,
    private readonly onBreak: (error: Error) => void,
  ) {
    this.reader = new FrameReader(onFrame);
    stream.on("data", (chunk: Buffer) => {
      this.reader.add(chunk);
      if (!this.hasMore) this.slice(AT_ONCE_MS);
    });
  }

  /** Are there frames that have come and were not taken yet? */
  get isBehind(): boolean {
    return this.hasMore;
  }

  private slice(longestMs: number): void {
    if (this.isBroken) return;
    const from = performance.now();
    try {
      while (this.reader.next()) {
        if (performance.now() - from < longestMs) continue;
        this.hasMore = true;
        this.stream.pause();
        turns.next(() => this.slice(SLICE_MS));
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
