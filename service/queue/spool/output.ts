import type { RunStore } from "../../model/store.js";

export interface OutputOptions {
  store: Pick<RunStore, "appendLog">;
  /** Does this node execute the run? */
  hasClaim(uuid: string): boolean;
  /** Are its claims sure to be its own? */
  isSure(): boolean;
  /** Makes sure; loses all claims when they are another node's. */
  makeSure(): Promise<boolean>;
}

/** Characters that are kept until it is sure whose run it is. */
const MOST_KEPT = 1024 * 1024;

/**
 * Output of runs on its way to the store. What comes after this process stood still waits until it is known whether the run
 * is still this node's: another one may be writing the same log.
 */
export class Output {
  private kept: { uuid: string; line: string }[] = [];
  private characters = 0;
  private asking: Promise<void> | undefined;

  constructor(private readonly options: OutputOptions) {}

  append(uuid: string, line: string): void {
    if (this.asking === undefined && this.options.isSure()) return this.write(uuid, line);
    this.characters += line.length;
    // A job that prints so much in the time of one question loses some of it.
    if (this.characters <= MOST_KEPT) this.kept.push({ uuid, line });
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
  }

  private async ask(): Promise<void> {
    // When the disk cannot be asked nothing can be written either.
    const isSure = await this.options.makeSure().catch(() => false);
    const { kept } = this;
    this.kept = [];
    this.characters = 0;
    if (isSure) for (const { uuid, line } of kept) this.write(uuid, line);
  }

  private write(uuid: string, line: string): void {
    if (this.options.hasClaim(uuid)) this.options.store.appendLog(uuid, line);
  }
}
