import type { JsonText } from "../base/json/json-text.js";
import type { RunRecord } from "../model/record.js";

/** Results kept in memory while the disk cannot be written, bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface UnwrittenRun {
  record: RunRecord;
  /** Number of the change before it. */
  fence: number;
  /** Result of an end; written with it. */
  result?: JsonText;
  /** Called when the end is on the disk: before that the run has not ended, for no reader. */
  whenKept?: (isKept: boolean) => void;
}

/**
 * Changes that could not be written yet: runs go on while the disk is full. No run is accepted then, so there are not
 * more records than waiting runs; results are limited, the oldest are dropped first.
 */
export class UnwrittenRuns {
  private readonly runs = new Map<string, UnwrittenRun>();
  private bytes = 0;

  get(uuid: string): UnwrittenRun | undefined {
    return this.runs.get(uuid);
  }

  /** Uuids in the order in which they were held. */
  uuids(): string[] {
    return [...this.runs.keys()];
  }

  set(run: UnwrittenRun): void {
    this.delete(run.record.uuid);
    this.runs.set(run.record.uuid, { ...run });
    this.bytes += run.result?.length ?? 0;
    for (const unwritten of this.runs.values()) {
      if (this.bytes <= MAX_BYTES) break;
      this.bytes -= unwritten.result?.length ?? 0;
      unwritten.result = undefined;
    }
  }

  delete(uuid: string): void {
    this.bytes -= this.runs.get(uuid)?.result?.length ?? 0;
    this.runs.delete(uuid);
  }
}
