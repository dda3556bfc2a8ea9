import type { RunFilter, RunRecord } from "../../model/record.js";

/** Does a run match the filter, on any page? */
export function fits(record: RunRecord, { state, name, file, since, until }: RunFilter): boolean {
  return (
    (state === undefined || state.includes(record.state)) &&
    (name === undefined || name === record.name) &&
    (file === undefined || file === record.file) &&
    (since === undefined || record.acceptedAt >= since) &&
    (until === undefined || record.acceptedAt < until)
  );
}
