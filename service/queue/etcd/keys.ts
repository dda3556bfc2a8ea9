import type { RunRecord } from "../../model/record.js";

/**
 * Keys below `rojob/CNAME/`. Those below `q/` are small and watched by every node:
 *
 * - `q/run/UUID` a run without payload, result and log: see `RunDocument`
 * - `q/ready/SCORE/UUID` ready runs, by priority and age; `q/later/DUE/UUID` runs that are not due yet
 * - `q/out/UUID` claimed runs; `q/claim/UUID` the same as long as their holder lives (bound to its lease): token and
 *   holder
 * - `q/taken/NAME/N/PLACE` a place among the runs of a limited name, bound to the lease too
 * - `q/log/UUID` bytes of the log
 * - `d/payload/UUID/N`, `d/result/UUID/PLACE/N`, `d/log/UUID/START` contents, in chunks below etcd's limit of a request
 * - `m/NAME` see `SharedKeys`
 * - `i/all/AGE/UUID` newest first, `i/ended/TIME/UUID` by end, `i/expiry/TIME/UUID` by removal, `i/state/STATE/UUID`
 */
export const keys = {
  watched: "q/",
  run: (uuid: string) => `q/run/${uuid}`,
  ready: (record: RunRecord) => `q/ready/${score(record)}/${record.uuid}`,
  later: (due: number, uuid: string) => `q/later/${digits(due)}/${uuid}`,
  out: (uuid: string) => `q/out/${uuid}`,
  claim: (uuid: string) => `q/claim/${uuid}`,
  takenOf: (name: string) => `q/taken/${encodeURIComponent(name)}/`,
  logged: (uuid: string) => `q/log/${uuid}`,
  payload: (uuid: string) => `d/payload/${uuid}/`,
  result: (uuid: string, place: string) => `d/result/${uuid}/${place}/`,
  results: (uuid: string) => `d/result/${uuid}/`,
  log: (uuid: string, start: number) => `d/log/${uuid}/${digits(start)}`,
  logs: (uuid: string) => `d/log/${uuid}/`,
  age: ({ acceptedAt, uuid }: RunRecord) => `i/all/${age(acceptedAt)}/${uuid}`,
  ended: (at: number, uuid: string) => `i/ended/${digits(at)}/${uuid}`,
  expiry: (at: number, uuid: string) => `i/expiry/${digits(at)}/${uuid}`,
  redeliveries: "i/redeliveries",
  endedAs: (state: string, uuid: string) => `i/state/${state}/${uuid}`,
} as const;

const WIDTH = 15;
const NEWEST = 10 ** WIDTH - 1;

/** Formats a number of ms or bytes so that texts sort like numbers. */
export function digits(value: number): string {
  return String(Math.max(0, Math.round(value))).padStart(WIDTH, "0");
}

/** Formats a time so that the newest sorts first: etcd reads forwards cheaply only. */
export function age(acceptedAt: number): string {
  return digits(NEWEST - acceptedAt);
}

/** The time of an {@link age}. */
export function timeOf(text: string): number {
  return NEWEST - Number(text);
}

function score({ priority, acceptedAt }: RunRecord): string {
  return `${String(50_000 - Math.max(-49_999, Math.min(50_000, Math.round(priority)))).padStart(6, "0")}${digits(acceptedAt)}`;
}

/** The last part of a key. */
export function lastPart(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
