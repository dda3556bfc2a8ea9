import { errorTable } from "../../base/errors.js";
import { wholeNumbers } from "../../catalog/rojob-section.js";
import type { Schema } from "../route.js";
import { open, ref } from "./parts.js";

const text = (description: string): Schema => ({ type: "string", description });
const ms = (description: string): Schema => ({ type: "number", description: `${description}, ms since the epoch` });
const count = (description: string): Schema => ({ type: "integer", minimum: 0, description });
const list = (items: Schema, description?: string): Schema => ({ type: "array", items, description });
const map = (properties: Record<string, Schema>, required: string[], description?: string): Schema => ({
  type: "object",
  description,
  properties,
  required,
});

/** A whole number that oJobs and requests may set. */
function setting(key: keyof typeof wholeNumbers, description: string): Schema {
  const { from, to } = wholeNumbers[key];
  return { type: "integer", minimum: from, maximum: to, description };
}

const state: Schema = {
  type: "string",
  enum: ["accepted", "running", "done", "failed", "killed", "interrupted", "expired"],
  description: "The first two are the only states that are not final.",
};
const endedBy: Schema = {
  type: "string",
  enum: ["timeout", "killed", "memory", "crash", "result"],
  description: "External cause of the end; absent when the run ended by itself.",
};
const anything: Schema = { description: "Any JSON value" };
const uuid = text("`host-port-[name_]clock`");

const runRecord = map(
  {
    uuid,
    state: ref("RunState"),
    name: text("`rojob.name` of the oJob"),
    file: text("A path below the run folder, or `ojob` for a posted one"),
    sourceHash: text("SHA-256 of the oJob's text, hex"),
    args: open("Arguments, the values of secrets masked"),
    by: text("Origin of the request: an address, `schedule NAME`, `init NAME`, `run UUID`"),
    isAsync: { type: "boolean" },
    node: text("`host:port` of the node that accepted the run"),
    route: text("Route of the run, as in `x-rojob-route`"),
    tried: list(
      map(
        {
          rung: { type: "string", enum: ["local", "peer", "fallback", "fork", "lane", "backlog"] },
          outcome: { type: "string", enum: ["taken", "none free", "lost before it began"] },
          ms: { type: "number", description: "Duration, ms" },
        },
        ["rung", "outcome", "ms"],
      ),
      "Of a synchronous run: places that were tried to execute it, in order",
    ),
    priority: { type: "integer", description: "Runs with a higher priority start first" },
    timeoutMs: { type: "integer" },
    retries: count("Maximum number of retries"),
    attempt: count("Number of starts"),
    notBefore: ms("Earliest start"),
    acceptedAt: ms("Accepted"),
    claimedAt: ms("A worker was reserved"),
    startedAt: ms("Started"),
    endedAt: ms("Ended"),
    errors: list(ref("JobError")),
    endedBy,
    exitCode: { type: "integer" },
    refusedEnv: list(
      text("Name of an argument that did not become an environment variable, because it would control programs"),
    ),
    resultBytes: count("Size of the result as JSON, bytes"),
    expiresAt: ms("Time from which the run may be removed"),
    callback: ref("Callback"),
  },
  ["uuid", "state", "file", "sourceHash", "args", "by", "isAsync", "node", "priority", "acceptedAt", "errors"],
  "The record of a run",
);

const callback = map(
  {
    url: text("URL to notify"),
    state: { type: "string", enum: ["waiting", "delivered", "failed"] },
    attempts: list(map({ at: ms("When"), status: { type: "integer" }, error: { type: "string" } }, ["at"])),
    nextAt: ms("Next attempt"),
  },
  ["url", "state", "attempts"],
  "State of the callback to `callbackUrl`",
);

const runRequest = map(
  {
    ojob: {
      type: ["string", "object"],
      additionalProperties: true,
      description: "An oJob as text or as map; either this or `run`",
    },
    run: text("Path of a job below the run folder; either this or `ojob`"),
    args: {
      type: ["object", "string"],
      additionalProperties: true,
      description: "Arguments, as a map or as a text with a JSON map; they override those of the oJob",
    },
    async: { type: "boolean", description: "Whether not to wait for the end; overrides the oJob" },
    name: text("Like `rojob.name`, which it overrides"),
    timeoutMs: setting("timeoutMs", "Time limit of the run, instead of JOBTIMEOUT"),
    priority: setting("priority", "Runs with a higher priority start first"),
    retries: setting("retries", "Maximum number of retries when its node or worker dies, or its jobs fail"),
    callbackUrl: text("URL to notify when the run has ended; its host must be in CALLBACKHOSTS"),
  },
  [],
);

const runReply = map(
  {
    uuid,
    state: ref("RunState"),
    result: anything,
    errors: list(ref("JobError")),
    endedBy,
    exitCode: { type: "integer", description: "Exit code of `exit(code)`, or of the worker that died" },
    timings: map(
      {
        acceptedAt: ms("Accepted"),
        waitMs: { type: "number", description: "Time until the start, ms" },
        runMs: { type: "number", description: "Time from start to end, ms" },
      },
      ["acceptedAt", "waitMs", "runMs"],
    ),
  },
  ["uuid", "state", "result", "errors", "timings"],
  "Outcome of a run",
);

const node = map(
  {
    host: { type: "string" },
    port: { type: "integer", minimum: 0, maximum: 65_535 },
    isSelf: { type: "boolean" },
    state: { type: "string", enum: ["alive", "suspect"] },
    load: map(
      {
        free: count("Free environments"),
        waiting: count("Runs that wait for a worker"),
        running: count("Runs in workers"),
        forks: count("Extra workers"),
        draining: { type: "boolean", description: "Accepts no new runs" },
      },
      ["free", "waiting", "running", "forks", "draining"],
    ),
    runs: list(uuid, "Runs that it executes now"),
    version: { type: "string" },
    heardAt: ms("Last heard of"),
  },
  ["host", "port", "isSelf", "state", "load", "runs", "version", "heardAt"],
);

const problem: Schema = {
  ...map(
    {
      type: { type: "string" },
      title: { type: "string" },
      status: { type: "integer" },
      detail: text("Cause of the error and how to fix it"),
      code: { type: "string", enum: Object.keys(errorTable), description: "Stable" },
      uuid: text("Id of the run concerned"),
      result: { const: 0, description: "For clients of the original service" },
      error: text("Like `detail`, for clients of the original service"),
      __errors: list(ref("JobError")),
    },
    ["type", "title", "status", "detail", "code"],
    "Problem details (RFC 9457)",
  ),
  // The RFC lets servers add members.
  additionalProperties: true,
};

export const schemas: Record<string, Schema> = {
  RunState: state,
  JobError: map(
    {
      name: text("Name of the job"),
      error: list({ type: "string" }),
      at: map({ file: { type: "string" }, line: count("1-based"), column: count("1-based") }, ["file", "line"]),
    },
    ["name", "error"],
    "A job that failed",
  ),
  RunRecord: runRecord,
  RunPage: map({ runs: list(ref("RunRecord")), next: text("Value of `cursor` for the next page") }, ["runs"]),
  Callback: callback,
  RunRequest: runRequest,
  RunReply: runReply,
  Accepted: map(
    {
      uuid,
      state: ref("RunState"),
      async: {
        type: "boolean",
        description:
          "Whether the oJob, its arguments or the body request not to wait, rather than only the header `Prefer`",
      },
      result: { const: 1, description: "On the compatible routes of a node with QUEUECH" },
      queue: { const: true, description: "On the compatible routes of a node with QUEUECH" },
    },
    ["uuid"],
  ),
  ResultMap: {
    description: "Result of the jobs, usually a map; with `__errors` when jobs failed and SHOWERRORS is true",
  },
  LogPiece: map(
    {
      text: text("Whole lines with their line ends; empty without new output"),
      next: text("`from` of the next piece"),
      isEnd: { type: "boolean", description: "The run has ended and this is the last piece" },
      state: ref("RunState"),
    },
    ["text", "next", "isEnd"],
  ),
  Node: node,
  Nodes: map({ nodes: list(ref("Node")) }, ["nodes"]),
  Problem: problem,
};
