import type { JobError } from "../runtime/base/host.js";
import { type ErrorEntry, errorTable } from "./error-table/index.js";

export { type ErrorEntry, errorTable } from "./error-table/index.js";

export type ErrorCode = keyof typeof errorTable;

type Slots<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;

/** The values for the message of a code. */
export type ErrorValues<C extends ErrorCode> = Record<Slots<(typeof errorTable)[C]["message"]>, string | number>;

/** Further data of an occurrence. */
export interface ErrorDetails {
  /** Run of the error. */
  uuid?: string;
  /** Errors of the run's jobs, sent as `__errors`. */
  errors?: readonly JobError[];
  /** Seconds for `Retry-After`, instead of the table's. */
  retryAfterS?: number;
  /** Further headers of the reply. */
  headers?: Record<string, string>;
  cause?: unknown;
}

const LONGEST_VALUE = 300;

/** A refusal or failure that is reported to the client as the table says. */
export class ServiceError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "ServiceError";
  readonly status: number;

  readonly details: ErrorDetails;
  /** Values of the message's placeholders. */
  readonly values: Readonly<Record<string, string | number>>;

  /** @param args the values of the message's placeholders, if it has any, and further data of the occurrence */
  constructor(
    readonly code: C,
    ...[values = {}, details = {}]: [keyof ErrorValues<C>] extends [never]
      ? [values?: Record<string, never>, details?: ErrorDetails]
      : [values: ErrorValues<C>, details?: ErrorDetails]
  ) {
    super(fill(errorTable[code].message, values), { cause: details.cause });
    this.details = details;
    this.values = values;
    this.status = errorTable[code].status;
  }

  get entry(): ErrorEntry {
    return errorTable[this.code];
  }
}

/** Values come from requests: they are cut, and inserted once, never read as a template themselves. */
function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (slot, name: string) => {
    const value = String(values[name] ?? slot);
    return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  });
}
