import type { Readable } from "node:stream";
import { turns } from "../base/turns.js";
import { FrameReader, type Kind } from "./protocol.js";

/** Longest time for which the frames of a chunk are processed at once, ms: enough for usual runs. */
const AT_ONCE_MS = 2;
/** The same for frames that wait for their turn, ms. */
const SLICE_MS = 1;

/**
 * Reads the frames of a stream, in slices, in turns with all other streams of the node: a job may print a million
 * lines. Meanwhile the stream, and so its writer, waits.
 */
export class FrameFlow {
  private readonly reader: FrameReader;
  private hasMore = false;
  private isBroken = false;

  /**
   * @param onFrame called with each whole frame, in order
   * @param onBreak called once when the bytes are no frames
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

  /** Are there received frames that were not processed yet? */
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
