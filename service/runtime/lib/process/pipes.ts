import { waitUntil } from "../../base/scheduler.js";
import { InputStream } from "../streams/input.js";
import { OutputStream } from "../streams/output.js";

/** Output of a process, as it arrives. Reading waits, and other tasks of the run continue meanwhile. */
export class PipeInput extends InputStream {
  static override readonly className = "java.lang.ProcessImpl$ProcessPipeInputStream";
  private chunks: Uint8Array[] = [];
  private next = 0;
  private isOver = false;
  isClosed = false;

  /** More came. Nobody wants it any more after `close`, but the process must be able to go on writing. */
  feed(chunk: Uint8Array): void {
    if (!this.isClosed) this.chunks.push(chunk);
  }

  finish(): void {
    this.isOver = true;
  }

  /** Would a read return at once? */
  get hasNews(): boolean {
    return this.next < this.chunks.length || this.isOver || this.isClosed;
  }

  protected override pull(): Uint8Array | undefined {
    waitUntil(() => this.hasNews, undefined, "the output of a process");
    const chunk = this.chunks[this.next];
    if (chunk === undefined) return undefined;
    this.chunks[this.next++] = EMPTY;
    if (this.next === this.chunks.length) {
      this.chunks = [];
      this.next = 0;
    }
    return chunk;
  }

  protected override ready(): number {
    let length = 0;
    for (let at = this.next; at < this.chunks.length; at++) length += this.chunks[at]!.length;
    return length;
  }

  override close(): void {
    this.isClosed = true;
    this.chunks = [];
    this.next = 0;
  }
}

const EMPTY = new Uint8Array(0);

/** The way into an operation: the standard input of a process, or a connection. */
export class PipeOutput extends OutputStream {
  static override readonly className = "java.lang.ProcessImpl$ProcessPipeOutputStream";

  /**
   * @param sendBytes hands bytes over
   * @param sendEnd reports the end of the input
   */
  constructor(
    private readonly sendBytes: (bytes: Uint8Array) => void,
    private readonly sendEnd: () => void,
  ) {
    super();
  }

  override put(bytes: Uint8Array): void {
    this.sendBytes(bytes);
  }

  override close(): void {
    this.sendEnd();
  }
}
