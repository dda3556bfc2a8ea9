import type { ErrorEntry } from "./entry.js";

/** Requests that are not what they have to be. */
export const request = {
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
} as const satisfies Record<string, ErrorEntry>;
