import { unpacked } from "../base/json/packed-json.js";
import { RawJson } from "../base/json/raw-json.js";
import { type HandOver, isTerminal, type QueuedRun, type RunRecord } from "../model/record.js";

const LIVE_STATES = ["accepted", "running"];

/** Content of the file of a record. */
export interface FencedRecord {
  record: RunRecord;
  /** Number of the change that made it, see `FencedRecords`; 0 in files of former versions. */
  fence: number;
  handOver?: HandOver;
  /** Unique names that this file, and its result, had before they replaced others. */
  temp?: string;
  resultTemp?: string;
}

/**
 * Parses the file of a record.
 * @throws Error that says what is wrong with it
 */
export function parseFencedRecord(text: string, uuid: string): FencedRecord {
  const {
    fence = 0,
    handOver,
    temp,
    resultTemp,
    ...record
  } = checkRecord(JSON.parse(text), uuid) as RunRecord & Partial<FencedRecord>;
  if (!Number.isInteger(fence)) throw new Error("'fence' of the record is not a number");
  for (const name of [temp, resultTemp]) {
    if (name !== undefined && !(typeof name === "string" && /^\.[^/\\]+$/.test(name)))
      throw new Error("'temp' of the record is not the name of a temporary file");
  }
  return { record, fence, handOver, temp, resultTemp };
}

/**
 * Parses the file of a waiting run, see `packed`.
 * @param uuid of the run, where it is known
 * @throws Error that says what is wrong with it
 */
export function parseQueued(bytes: Buffer, uuid?: string): QueuedRun {
  const run = unpacked(bytes);
  checkRecord(run.record, uuid);
  if (typeof run.text !== "string" && !(run.text instanceof RawJson)) throw new Error("it has no oJob text");
  if (!(run.args instanceof RawJson)) checkMap(run.args, "'args'");
  return run as unknown as QueuedRun;
}

/** Checks only fields that the store relies on: other versions of the service may know more fields. */
export function checkRecord(value: unknown, uuid?: string): RunRecord {
  const record = checkMap(value, "the record");
  if (typeof record.uuid !== "string") throw new Error("the record has no uuid");
  if (uuid !== undefined && record.uuid !== uuid) throw new Error(`the record is of run '${record.uuid}'`);
  for (const field of ["acceptedAt", "attempt"]) {
    if (!Number.isFinite(record[field])) throw new Error(`'${field}' of the record is not a number`);
  }
  for (const field of ["state", "file", "node"]) {
    if (typeof record[field] !== "string") throw new Error(`'${field}' of the record is not a text`);
  }
  const state = record.state as RunRecord["state"];
  if (!LIVE_STATES.includes(state) && !isTerminal(state))
    throw new Error(`the record has the unknown state '${state}'`);
  if (!Array.isArray(record.errors)) throw new Error("'errors' of the record is not a list");
  checkMap(record.args, "'args' of the record");
  return record as unknown as RunRecord;
}

function checkMap(value: unknown, what: string): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error(`${what} is not a map`);
  return value as Record<string, unknown>;
}
