import { waitUntil } from "../scheduler.js";
import { ChunkDecoder } from "../streams/chunk-decoder.js";
import type { PipeInput } from "./pipes.js";

/** Takes a line of one of the two outputs of a process, without its end. */
export type OnLine = (line: string, isError: boolean) => void;

/** Hands on the lines of both outputs as they come, until both have ended. */
export function eachLineOfBoth(out: PipeInput, err: PipeInput, take: OnLine, encoding?: string): void {
  const outLines = new LineCutter(out, (line) => take(line, false), encoding);
  const errLines = new LineCutter(err, (line) => take(line, true), encoding);
  while (!outLines.isOver || !errLines.isOver) {
    const hasNews = (): boolean => (!outLines.isOver && out.hasNews) || (!errLines.isOver && err.hasNews);
    waitUntil(hasNews, undefined, "the output of a process");
    outLines.advance();
    errLines.advance();
  }
}

class LineCutter {
  isOver = false;
  private readonly decoder: ChunkDecoder;
  private open: string[] = [];

  constructor(
    private readonly source: PipeInput,
    private readonly take: (line: string) => void,
    encoding?: string,
  ) {
    this.decoder = new ChunkDecoder(encoding);
  }

  /** Uses what is there, without waiting. */
  advance(): void {
    while (!this.isOver && this.source.hasNews) {
      const chunk = this.source.take();
      this.isOver = chunk === undefined;
      const [first, ...more] = (chunk === undefined ? this.decoder.end() : this.decoder.push(chunk)).split("\n");
      this.open.push(first!);
      for (const part of more) {
        this.flush();
        this.open.push(part);
      }
    }
    if (this.isOver && this.open.some((part) => part !== "")) this.flush();
  }

  private flush(): void {
    const line = this.open.join("").replace(/\r+/g, "");
    this.open = [];
    this.take(line);
  }
}
