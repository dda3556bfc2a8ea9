import { waitUntil } from "../../base/scheduler.js";
import { ChunkDecoder } from "../streams/chunk-decoder.js";
import type { PipeInput } from "./pipes.js";

/** Takes a line (or a block) of one of the two outputs of a process. */
export type OnLine = (line: string, isError: boolean) => void;

/** Hands on the lines of both outputs, without their ends, as they come, until both have ended. */
export function eachLineOfBoth(out: PipeInput, err: PipeInput, take: OnLine, encoding?: string): void {
  follow(
    new LineCutter(out, (line) => take(line, false), encoding),
    new LineCutter(err, (line) => take(line, true), encoding),
  );
}

/** The same with texts as they come, which need not be whole lines: a question waits for its answer on one. */
export function eachBlockOfBoth(out: PipeInput, err: PipeInput, take: OnLine): void {
  follow(new Follower(out, (text) => take(text, false)), new Follower(err, (text) => take(text, true)));
}

function follow(out: Follower, err: Follower): void {
  while (!out.isOver || !err.isOver) {
    waitUntil(() => out.hasNews || err.hasNews, undefined, "the output of a process");
    out.advance();
    err.advance();
  }
}

/** Gives the text of one output in blocks. */
class Follower {
  isOver = false;
  private readonly decoder: ChunkDecoder;

  constructor(
    private readonly source: PipeInput,
    protected readonly take: (text: string) => void,
    encoding?: string,
  ) {
    this.decoder = new ChunkDecoder(encoding);
  }

  get hasNews(): boolean {
    return !this.isOver && this.source.hasNews;
  }

  /** Uses what is there, without waiting. */
  advance(): void {
    while (this.hasNews) {
      const chunk = this.source.take();
      this.isOver = chunk === undefined;
      const text = chunk === undefined ? this.decoder.end() : this.decoder.push(chunk);
      if (text !== "") this.onText(text);
    }
  }

  protected onText(text: string): void {
    this.take(text);
  }
}

/** Gives it line by line. */
class LineCutter extends Follower {
  private open: string[] = [];

  override advance(): void {
    super.advance();
    if (this.isOver && this.open.some((part) => part !== "")) this.flush();
  }

  protected override onText(text: string): void {
    const [first, ...more] = text.split("\n");
    this.open.push(first!);
    for (const part of more) {
      this.flush();
      this.open.push(part);
    }
  }

  private flush(): void {
    const line = this.open.join("").replace(/\r+/g, "");
    this.open = [];
    this.take(line);
  }
}
