const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Reads an answer by lines and by numbers of bytes. Looks at each byte once, however many chunks arrive. */
export class AnswerReader {
  private readonly pieces: AsyncIterator<Buffer>;
  private rest: Buffer = NOTHING;

  constructor(answer: AsyncIterable<Buffer>) {
    this.pieces = answer[Symbol.asyncIterator]();
  }

  /**
   * The next line, without its end; undefined when the answer breaks off, or ends, before there is one.
   * @throws Error of the stream
   */
  async line(): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    do {
      const end = this.rest.indexOf(LINE_FEED);
      parts.push(end < 0 ? this.rest : this.rest.subarray(0, end));
      if (end < 0) continue;
      this.rest = this.rest.subarray(end + 1);
      return parts.length === 1 ? parts[0] : Buffer.concat(parts);
    } while (await this.more());
    return undefined;
  }

  /**
   * The next `count` bytes; undefined when the answer ends before.
   * @throws Error of the stream
   */
  async bytes(count: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = count;
    do {
      const part = this.rest.subarray(0, missing);
      this.rest = this.rest.subarray(part.length);
      parts.push(part);
      missing -= part.length;
      if (missing === 0) return parts.length === 1 ? parts[0] : Buffer.concat(parts);
    } while (await this.more());
    return undefined;
  }

  /** Reads to the end, so that the connection can be used again. */
  async finish(): Promise<void> {
    while (await this.more());
  }

  private async more(): Promise<boolean> {
    const { value, done } = await this.pieces.next();
    if (done) return false;
    this.rest = value;
    return true;
  }
}
