import { stat } from "node:fs/promises";
import { isTerminal, type RunRecord } from "../model/record.js";
import type { FencedRecord } from "./parse-records.js";
import type { RunSummary } from "./run-index.js";

/** A record from the disk, and why its file, or that of its run, cannot be parsed. */
export interface FoundRecord extends FencedRecord {
  damage?: string;
}

const UUID = /^(.+)-(\d{1,5})-(?:[^-]*_)?(\d{10,25})$/;

/** `host:port` of the node that accepted a run, from its uuid; undefined when the text is no uuid. */
export function nodeOfUuid(uuid: string): string | undefined {
  const match = UUID.exec(uuid);
  return match === null ? undefined : `${match[1]}:${match[2]}`;
}

/** Record of a run whose file is damaged, from the file's name. */
export async function unknownRecord(uuid: string, file: string): Promise<RunRecord> {
  const written = await stat(file).catch(() => undefined); // Moved meanwhile: only its time is missing.
  const acceptedAt = Math.round(written?.mtimeMs ?? Date.now());
  return {
    ...{ uuid, state: "accepted", file: "unknown", sourceHash: "", args: {}, by: "unknown", isAsync: true },
    ...{ node: nodeOfUuid(uuid)!, priority: 0, retries: 0, attempt: 0, acceptedAt, errors: [] },
  };
}

/** End of a run whose record was damaged after its end, as far as it is known. */
export function endOfDamaged(record: RunRecord, damage: string, known: RunSummary | undefined): RunRecord {
  const { state, file, name, node, acceptedAt, endedAt } = { ...record, ...known };
  const ended: RunRecord = { ...record, state: "interrupted", endedBy: "crash", file, node, acceptedAt };
  if (name !== undefined) ended.name = name;
  if (isTerminal(state)) ended.state = state;
  if (isTerminal(state) && state !== "interrupted") delete ended.endedBy;
  ended.endedAt = endedAt ?? acceptedAt;
  ended.errors = [{ name: file, error: [`${ended.state}: ${damage}, so its details are lost`] }];
  return ended;
}
