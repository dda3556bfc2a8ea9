import type { JsonText } from "../base/json/json-text.js";
import type { RunRecord } from "../model/record.js";

/** Results that are kept in memory while the disk takes nothing, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface HeldRun {
  record: RunRecord;
  /** Number of the change that it follows. */
  fence: number;
  /** Of an end; to be written with it. */
  result?: JsonText;
  /** Waits for its end to be on the disk: till then it has not ended, for nobody. */
  whenKept?: (isKept: boolean) => void;
}

/**
 * What could not be written yet: runs go on while the disk is full. As nothing new is accepted then, there are not more
 * records than runs that waited; results are bounded, the oldest are given up first.
 */
export class HeldRuns {
  private readonly runs = new Map<string, HeldRun>();
  private bytes = 0;

  get(uuid: string): HeldRun | undefined {
    return this.runs.get(uuid);
  }

  /** Uuids, the one that was held first comes first. */
  uuids(): string[] {
    return [...this.runs.keys()];
  }

  set(run: HeldRun): void {
    this.delete(run.record.uuid);
    this.runs.set(run.record.uuid, { ...run });
    this.bytes += run.result?.length ?? 0;
    for (const held of this.runs.values()) {
      if (this.bytes <= MOST_BYTES) break;
      this.bytes -= held.result?.length ?? 0;
      held.result = undefined;
    }
  }

  delete(uuid: string): void {
    this.bytes -= this.runs.get(uuid)?.result?.length ?? 0;
    this.runs.delete(uuid);
  }
}
