import type { ErrorEntry } from "./entry.js";

/** Refusals of authentication and access. */
export const access = {
  unauthorised: {
    status: 401,
    title: "Credentials required",
    message: "{method} {path} needs 'Authorization: Bearer KEY', a signature in 'x-rojob-signature' or one in 'auth'",
    keep: "result",
  },
  bad_key: {
    status: 401,
    title: "Wrong API key",
    message: "The key in 'Authorization: Bearer' is not the key of this node",
    keep: "result",
  },
  bad_run_token: {
    status: 401,
    title: "Wrong run token",
    message: "The token in 'Authorization: Bearer run:…' does not belong to a run that this node is executing",
    keep: "result",
  },
  bad_signature: {
    status: 401,
    title: "Wrong signature",
    message: "The signature in '{header}' does not match this request, the key of this node and the current time",
    keep: "result",
  },
  signature_incomplete: {
    status: 401,
    title: "Incomplete signature",
    message: "Header '{header}' must be {expected}",
    keep: "result",
  },
  signature_expired: {
    status: 401,
    title: "Signature outside the time window",
    message: "The signature is dated {date}, but this node's clock says {now}: they may differ by at most {windowS} s",
    keep: "result",
  },
  signature_replayed: {
    status: 401,
    title: "Signature already used",
    message: "The nonce '{nonce}' was already used: sign each request with a new nonce",
    keep: "result",
  },
  signature_before_start: {
    status: 401,
    title: "Signature from before the node started",
    message:
      "The signature is dated {date}; this node restarted, does not know which signatures were used before {start}, and rejects older ones: sign again",
    keep: "result",
  },
  signature_for_other: {
    status: 421,
    title: "Signature for another node",
    message:
      "The signature is for '{to}', which is not a name of this node: sign for its HOST and PORT or for 'cluster:CNAME', or add the name to the option HOSTS",
    keep: "result",
  },
  v1_refused: {
    status: 401,
    title: "Signature of version 1 not accepted",
    message:
      "{method} {path} does not accept a signature in 'auth': {reason}; sign with version 2 or send 'Authorization: Bearer KEY'",
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
    message: "This node already remembers {limit} nonces and cannot detect replays of further requests; retry later",
    keep: "result",
    retryAfterS: 30,
  },
  cross_origin: {
    status: 403,
    title: "Request from a web page of another origin",
    message:
      "A web page of another origin ('{origin}') may not use this node; if it is the node's own page, add its host to the option HOSTS",
    keep: "result",
  },
  foreign_host: {
    status: 421,
    title: "Not a name of this node",
    message:
      "'{host}' is not a name of this node: use its HOST or an address it listens on, or add the name to the option HOSTS",
    keep: "result",
  },
  run_only: {
    status: 403,
    title: "Only jobs of the run folder",
    message: "This node has RUNONLY=true: {route} is rejected; POST the path of a job of the run folder to /run",
    keep: "result",
  },
} as const satisfies Record<string, ErrorEntry>;
