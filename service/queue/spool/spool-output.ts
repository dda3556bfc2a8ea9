import type { RunStore } from "../../model/store.js";

export interface OutputOptions {
  store: Pick<RunStore, "appendLog">;
  /** Does this node execute the run? */
  hasClaim(uuid: string): boolean;
  /** Are its claims confirmed? */
  isConfirmed(): boolean;
  /** Confirms the claims on the disk; drops all of them when another node has them. */
  confirm(): Promise<boolean>;
}

/** Characters kept until the claims are confirmed. */
const MAX_KEPT = 1024 * 1024;

/**
 * Output of runs on its way to the store. After a suspension of this process output waits until the claims are
 * confirmed: another node may be writing the same log.
 */
export class Output {
  private kept: { uuid: string; line: string }[] = [];
  private characters = 0;
  private asking: Promise<void> | undefined;

  constructor(private readonly options: OutputOptions) {}

  append(uuid: string, line: string): void {
    if (this.asking === undefined && this.options.isConfirmed()) return this.write(uuid, line);
    this.characters += line.length;
    // A job that prints too much during the check loses some of it.
    if (this.characters <= MAX_KEPT) this.kept.push({ uuid, line });
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
  }

  private async ask(): Promise<void> {
    // When the disk cannot be read it cannot be written either.
    const isConfirmed = await this.options.confirm().catch(() => false);
    const { kept } = this;
    this.kept = [];
    this.characters = 0;
    if (isConfirmed) for (const { uuid, line } of kept) this.write(uuid, line);
  }

  private write(uuid: string, line: string): void {
    if (this.options.hasClaim(uuid)) this.options.store.appendLog(uuid, line);
  }
}
