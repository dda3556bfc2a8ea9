import { errorTable } from "../../base/errors.js";
import { wholeNumbers } from "../../catalog/rojob-section.js";
import { ref, type Schema } from "./operation.js";

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
  description: "The first two are the only ones that a run leaves.",
};
const endedBy: Schema = {
  type: "string",
  enum: ["timeout", "killed", "memory", "crash", "result"],
  description: "What ended it from outside; absent when it came to its own end.",
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
    args: { type: "object", description: "Arguments, the values of secrets masked" },
    by: text("Who asked: an address, `schedule NAME`, `init NAME`, `run UUID`"),
    isAsync: { type: "boolean" },
    node: text("`host:port` of the node that accepted it"),
    route: text("The way it went, as in `x-rojob-route`"),
    priority: { type: "integer", description: "Higher is sooner" },
    timeoutMs: { type: "integer" },
    retries: count("How often it may be run again"),
    attempt: count("How often it was started"),
    notBefore: ms("Not to be started before"),
    acceptedAt: ms("Accepted"),
    claimedAt: ms("A worker was set aside"),
    startedAt: ms("Started"),
    endedAt: ms("Ended"),
    errors: list(ref("JobError")),
    endedBy,
    exitCode: { type: "integer" },
    refusedEnv: list(
      text("Name of an argument that did not become an environment variable, as it would steer programs"),
    ),
    resultBytes: count("Bytes of the result as JSON"),
    expiresAt: ms("May be removed from then on"),
    callback: ref("Callback"),
  },
  ["uuid", "state", "file", "sourceHash", "args", "by", "isAsync", "node", "priority", "acceptedAt", "errors"],
  "What is known of a run",
);

const callback = map(
  {
    url: text("Where it is told"),
    state: { type: "string", enum: ["waiting", "delivered", "failed"] },
    attempts: list(map({ at: ms("When"), status: { type: "integer" }, error: { type: "string" } }, ["at"])),
    nextAt: ms("Next attempt"),
  },
  ["url", "state", "attempts"],
  "What became of `callbackUrl`",
);

const runRequest = map(
  {
    ojob: { type: ["string", "object"], description: "An oJob as text or as map; this or `run`" },
    run: text("Path of a job below the run folder; this or `ojob`"),
    args: { type: ["object", "string"], description: "Arguments, over the oJob's own; a text holds a JSON map" },
    async: { type: "boolean", description: "Whether not to wait for the end, whatever the oJob says" },
    name: text("As `rojob.name`, and over it"),
    timeoutMs: setting("timeoutMs", "Longest time it may take, instead of JOBTIMEOUT"),
    priority: setting("priority", "Higher is sooner"),
    retries: setting("retries", "How often it may be run again when its node or worker dies, or its jobs fail"),
    callbackUrl: text("Told when it has ended; its host has to be one of CALLBACKHOSTS"),
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
    exitCode: { type: "integer", description: "Of `exit(code)`, or of the worker that died" },
    timings: map(
      {
        acceptedAt: ms("Accepted"),
        waitMs: { type: "number", description: "Until it was started, ms" },
        runMs: { type: "number", description: "From start to end, ms" },
      },
      ["acceptedAt", "waitMs", "runMs"],
    ),
  },
  ["uuid", "state", "result", "errors", "timings"],
  "How a run ended",
);

const node = map(
  {
    host: { type: "string" },
    port: { type: "integer", minimum: 0, maximum: 65_535 },
    isSelf: { type: "boolean" },
    state: { type: "string", enum: ["alive", "suspect"] },
    load: map(
      {
        free: count("Environments a run could start in at once"),
        waiting: count("Runs that wait for a worker"),
        running: count("Runs in workers"),
        forks: count("Extra workers"),
        draining: { type: "boolean", description: "Takes nothing new" },
      },
      ["free", "waiting", "running", "forks", "draining"],
    ),
    runs: list(uuid, "What it executes now"),
    version: { type: "string" },
    heardAt: ms("Last heard of"),
  },
  ["host", "port", "isSelf", "state", "load", "runs", "version", "heardAt"],
);

const problem = map(
  {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: text("What happened, and what would be right"),
    code: { type: "string", enum: Object.keys(errorTable), description: "Stable" },
    uuid: text("The run it is about"),
    result: { const: 0, description: "For clients of the original service" },
    error: text("As `detail`, for clients of the original service"),
    __errors: list(ref("JobError")),
  },
  ["type", "title", "status", "detail", "code"],
  "Problem details (RFC 9457)",
);

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
  RunPage: map({ runs: list(ref("RunRecord")), next: text("`cursor` of the next page") }, ["runs"]),
  Callback: callback,
  RunRequest: runRequest,
  RunReply: runReply,
  Accepted: map(
    {
      uuid,
      state: ref("RunState"),
      async: { type: "boolean", description: "oJob, arguments or body ask not to wait, not only the header `Prefer`" },
    },
    ["uuid"],
  ),
  ResultMap: {
    description: "What the jobs left: usually a map; with `__errors` when jobs failed and SHOWERRORS is true",
  },
  LogPiece: map(
    {
      text: text("Whole lines, each with its end; empty when nothing came"),
      next: text("`from` of the next piece"),
      isEnd: { type: "boolean", description: "The run has ended and this was all" },
      state: ref("RunState"),
    },
    ["text", "next", "isEnd"],
  ),
  Node: node,
  Nodes: map({ nodes: list(ref("Node")) }, ["nodes"]),
  Problem: problem,
};
