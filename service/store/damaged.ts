import { stat } from "node:fs/promises";
import { isTerminal, type RunRecord } from "../model/record.js";
import type { Standing } from "./parse.js";
import type { RunSummary } from "./run-index.js";

/** A record as it was found, and why its file, or that of its run, cannot be understood. */
export interface FoundStanding extends Standing {
  damage?: string;
}

const UUID = /^(.+)-(\d{1,5})-(?:[^-]*_)?(\d{10,25})$/;

/** `host:port` of the node that accepted a run, as its uuid tells; undefined when the text is no uuid. */
export function nodeOfUuid(uuid: string): string | undefined {
  const match = UUID.exec(uuid);
  return match === null ? undefined : `${match[1]}:${match[2]}`;
}

/** What the name of a damaged file tells of its run. */
export async function unknownRecord(uuid: string, file: string): Promise<RunRecord> {
  const written = await stat(file).catch(() => undefined); // Somebody has moved it: its time is all that is missing.
  const acceptedAt = Math.round(written?.mtimeMs ?? Date.now());
  return {
    ...{ uuid, state: "accepted", file: "unknown", sourceHash: "", args: {}, by: "unknown", isAsync: true },
    ...{ node: nodeOfUuid(uuid)!, priority: 0, retries: 0, attempt: 0, acceptedAt, errors: [] },
  };
}

/** How a run ends whose record was damaged after its end, as far as nobody knows better. */
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
