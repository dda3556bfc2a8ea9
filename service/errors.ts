import type { JobError } from "./runtime/host.js";

/** One kind of refusal or failure: what the client is told, and how. */
export interface ErrorEntry {
  status: number;
  /** Short, the same for every occurrence. */
  title: string;
  /** What happened and what would be right; `{name}` stands for a value of the occurrence. */
  message: string;
  /** The field that clients of the original service look at: `result: 0`, or `error` with the message. */
  keep: "result" | "error";
  /** Default of `Retry-After`, s. */
  retryAfterS?: number;
}

/** Every error of the service. Codes are stable: clients may rely on them. */
export const errorTable = {
  unauthorised: {
    status: 401,
    title: "Credentials needed",
    message: "{method} {path} needs 'Authorization: Bearer KEY', a signature in 'x-rojob-signature' or one in 'auth'",
    keep: "result",
  },
  bad_key: {
    status: 401,
    title: "Wrong API key",
    message: "The key in 'Authorization: Bearer' is not the key of this node",
    keep: "result",
  },
  bad_signature: {
    status: 401,
    title: "Wrong signature",
    message: "The signature in '{header}' is not the one of this request with the key of this node at its present time",
    keep: "result",
  },
  signature_incomplete: {
    status: 401,
    title: "Incomplete signature",
    message: "Header '{header}' has to be {expected}",
    keep: "result",
  },
  signature_expired: {
    status: 401,
    title: "Signature out of its time",
    message: "The signature is dated {date}, this node's clock says {now}: they may differ by {windowS} s",
    keep: "result",
  },
  signature_replayed: {
    status: 401,
    title: "Signature used before",
    message: "The nonce '{nonce}' was used before: sign each request with a new one",
    keep: "result",
  },
  unknown_key_id: {
    status: 401,
    title: "Unknown key id",
    message: "No key of this node has the id '{keyId}' given in 'x-rojob-key'",
    keep: "result",
  },
  nonces_full: {
    status: 503,
    title: "Too many signed requests",
    message: "This node remembers {limit} nonces already and cannot tell a replay from a new request; try again later",
    keep: "result",
    retryAfterS: 30,
  },
  cross_origin: {
    status: 403,
    title: "Asked by a web page of elsewhere",
    message: "A node with PRIVATE=true asks for no key, so it refuses what a web page of '{origin}' sends",
    keep: "result",
  },
  run_only: {
    status: 403,
    title: "Only jobs of the run folder",
    message: "This node has RUNONLY=true: {route} is refused, POST the path of a job of the run folder to /run",
    keep: "result",
  },
  not_found: {
    status: 404,
    title: "No such route",
    message: "There is nothing at {path}; runs are started by POST to /ojob, /run, /yaml, /json or /v1/runs",
    keep: "result",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    message: "{path} does not answer {method}, only {allowed}",
    keep: "result",
  },
  bad_request: {
    status: 400,
    title: "Request not understood",
    message: "The request is not sound HTTP: {reason}",
    keep: "result",
  },
  body_too_large: {
    status: 413,
    title: "Body too large",
    message: "The body is larger than the {limit} bytes of MAXBODY",
    keep: "error",
  },
  empty_body: {
    status: 400,
    title: "Empty body",
    message: "The body of {route} is empty; it has to be {expected}",
    keep: "error",
  },
  not_utf8: {
    status: 400,
    title: "Body is not UTF-8",
    message: "The body is not UTF-8: the byte at offset {offset} is wrong",
    keep: "error",
  },
  bad_query: {
    status: 400,
    title: "Query not readable",
    message: "'{text}' of the query is not percent-encoded UTF-8",
    keep: "error",
  },
  bad_yaml: {
    status: 400,
    title: "YAML not readable",
    message: "{file}, line {line}, column {column}: {reason}",
    keep: "error",
  },
  bad_json: {
    status: 400,
    title: "JSON not readable",
    message: "{file}, line {line}, column {column}: {reason}",
    keep: "error",
  },
  document_too_big: {
    status: 422,
    title: "Document grows too big",
    message: "{file}: {what}; at most {limit} are accepted",
    keep: "error",
  },
  document_is_circular: {
    status: 422,
    title: "Document contains itself",
    message: "{file}: the value at {pointer} contains itself through an alias",
    keep: "error",
  },
  forbidden_key: {
    status: 422,
    title: "Forbidden key",
    message: "{file}: the key '{key}' at {pointer} is refused, it could change what every object inherits",
    keep: "error",
  },
  not_an_ojob: {
    status: 422,
    title: "Not an oJob",
    message: "{file}: {what}; an oJob is one map with a list 'jobs' or 'todo'",
    keep: "error",
  },
  bad_args: {
    status: 422,
    title: "Arguments are not a map",
    message: "{file}: 'args' is {found}; it has to be a map, or a text holding a JSON map",
    keep: "error",
  },
  bad_rojob_section: {
    status: 422,
    title: "Section 'rojob' not understood",
    message: "{file}: '{key}' is {found}; it has to be {expected}",
    keep: "error",
  },
  bad_field: {
    status: 422,
    title: "Field not understood",
    message: "Field '{field}' of the request is {found}; it has to be {expected}",
    keep: "error",
  },
  unknown_field: {
    status: 422,
    title: "Unknown field",
    message: "The request has a field '{field}'; known are {known}",
    keep: "error",
  },
  run_path_bad: {
    status: 422,
    title: "Not a path of a run job",
    message: "'{path}' {problem}; it has to be a path below the run folder ending in .yaml, .yml or .json",
    keep: "error",
  },
  run_path_escapes: {
    status: 403,
    title: "Path leads out of the run folder",
    message: "'{path}' leads out of the run folder",
    keep: "result",
  },
  run_not_found: {
    status: 404,
    title: "No such run job",
    message: "The run folder has no file '{path}'",
    keep: "error",
  },
  run_unreadable: {
    status: 500,
    title: "Run job not readable",
    message: "The file '{path}' of the run folder cannot be read ({code})",
    keep: "error",
  },
  async_unavailable: {
    status: 501,
    title: "Asynchronous runs not available",
    message: "Asynchronous runs are not available yet: leave out {asked}",
    keep: "error",
  },
  busy: {
    status: 503,
    title: "Busy",
    message: "No worker was free for this run in time; try again later",
    keep: "result",
    retryAfterS: 1,
  },
  draining: {
    status: 503,
    title: "Shutting down",
    message: "This node is shutting down and takes no new runs",
    keep: "result",
    retryAfterS: 5,
  },
  not_ready: {
    status: 503,
    title: "Not ready",
    message: "This node is not ready for runs: {reason}",
    keep: "result",
    retryAfterS: 1,
  },
  run_timeout: {
    status: 504,
    title: "Run took too long",
    message: "Run {uuid} was ended: {reason}",
    keep: "result",
  },
  run_killed: {
    status: 500,
    title: "Run was killed",
    message: "Run {uuid} was killed: {reason}",
    keep: "result",
  },
  run_out_of_memory: {
    status: 500,
    title: "Run ran out of memory",
    message: "Run {uuid} was ended: {reason}",
    keep: "result",
  },
  run_crashed: {
    status: 500,
    title: "Worker of the run died",
    message: "Run {uuid} was lost with its worker: {reason}",
    keep: "result",
  },
  result_too_large: {
    status: 500,
    title: "Result too large",
    message: "The result of run {uuid} is larger than the {limit} bytes of MAXRESULT",
    keep: "error",
  },
  unknown_run: {
    status: 404,
    title: "No such run",
    message: "This node knows no run '{uuid}'",
    keep: "error",
  },
  internal: {
    status: 500,
    title: "Internal error",
    message: "Something went wrong inside the node; its log tells more under '{id}'",
    keep: "error",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

type Slots<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;

/** The values the message of a code asks for. */
export type ErrorValues<C extends ErrorCode> = Record<Slots<(typeof errorTable)[C]["message"]>, string | number>;

/** What else goes with an occurrence. */
export interface ErrorDetails {
  /** The run it is about. */
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

/** A refusal or failure that the client is to be told, as the table says. */
export class ServiceError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "ServiceError";
  readonly status: number;

  readonly details: ErrorDetails;

  /** Takes the values of the message's placeholders, if it has any, and what else belongs to the occurrence. */
  constructor(
    readonly code: C,
    ...[values = {}, details = {}]: [keyof ErrorValues<C>] extends [never]
      ? [values?: Record<string, never>, details?: ErrorDetails]
      : [values: ErrorValues<C>, details?: ErrorDetails]
  ) {
    super(fill(errorTable[code].message, values), { cause: details.cause });
    this.details = details;
    this.status = errorTable[code].status;
  }

  get entry(): ErrorEntry {
    return errorTable[this.code];
  }
}

/** Values come from requests: they are cut, and put in once, never read as a template themselves. */
function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (slot, name: string) => {
    const value = String(values[name] ?? slot);
    return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  });
}
