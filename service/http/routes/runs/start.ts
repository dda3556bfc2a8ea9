import type { FastifyInstance } from "fastify";
import type { RunReply } from "../../../dispatch/run.js";
import { ServiceError } from "../../../errors.js";
import type { RojobSection } from "../../../runs/runs.js";
import { readFields, refuseField } from "../../fields.js";
import { readArgs } from "../../ojob-source.js";
import { expectedNumber, isWholeNumber, safeName, type WholeNumberKey } from "../../rojob-section.js";
import { sendJson } from "../../send-json.js";
import type { RunServices } from "../../services.js";
import type { Wanted } from "../../starter.js";
import { isMap } from "../../values.js";

const ROUTE = "/v1/runs";
const FIELDS = ["ojob", "run", "args", "timeoutMs", "async", "name", "priority", "retries", "callbackUrl"];

/**
 * `POST /v1/runs` with a JSON map: `ojob` (an oJob, as text or as map) or `run` (path of one below the run folder),
 * `args` (a map, over the oJob's own), `timeoutMs` (longest time it may take, instead of JOBTIMEOUT), `async` (true: not
 * waited for; false: waited for whatever the oJob says), `name`, `priority` and `retries` (as in the oJob's `rojob`
 * section, and over it), `callbackUrl` (told when the run has ended).
 *
 * The reply is about the run: `{ uuid, state, result, errors, endedBy, exitCode, timings }`, 200 in whatever state it ended. `errors` has an
 * entry a failed job, with the place when it is known, and is empty with SHOWERRORS=false; `endedBy` tells what ended it
 * from outside; `timings` are `{ acceptedAt (ms since the epoch), waitMs, runMs }`. Of a run that is not waited for it is
 * 202 with `{ uuid, state, async }`; `async` tells that oJob, arguments or body ask for it, not only the header `Prefer`.
 */
export function addStartRoute(scope: FastifyInstance, services: RunServices): void {
  scope.post(ROUTE, async (request, reply) => {
    const started = await services.starter.start(readWanted(request.body, services), request, reply);
    if ("ended" in started) return sendJson(reply, runText(started.ended, services.config.SHOWERRORS));
    const { uuid, state } = started.accepted;
    return sendJson(reply, JSON.stringify({ uuid, state, async: started.isWanted }));
  });
}

/** The result is JSON already. */
function runText(run: RunReply, showErrors: boolean): string {
  const head = JSON.stringify({ uuid: run.uuid, state: run.state }).slice(0, -1);
  const { exitCode, endedBy, timings } = run;
  const tail = JSON.stringify({ errors: showErrors ? run.errors : [], exitCode, endedBy, timings });
  return `${head},"result":${run.result === "" ? "null" : run.result},${tail.slice(1)}`;
}

function readWanted(body: unknown, { config, sources, folder }: RunServices): Wanted {
  const fields = readFields(body, ROUTE, "a JSON map with 'ojob' or 'run'", FIELDS);
  const { ojob, run } = fields;
  const settings = { args: readArgs(fields.args, "request"), ...readSettings(fields) };
  if (run !== undefined) {
    if (ojob !== undefined) return refuseField("ojob", ojob, "left out when there is 'run'");
    if (typeof run !== "string" || run === "") return refuseField("run", run, "the path of a job below the run folder");
    return { ...folder.find(run), ...settings };
  }
  if (!isMap(ojob) && (typeof ojob !== "string" || ojob.trim() === "")) {
    return refuseField("ojob", ojob, "an oJob, as text or as map, unless there is 'run'");
  }
  if (config.RUNONLY) throw new ServiceError("run_only", { route: `${ROUTE} with 'ojob'` });
  const source = typeof ojob === "string" ? ojob : JSON.stringify(ojob);
  return { file: "ojob", text: source, source: sources.parse(source, "any", "ojob"), ...settings };
}

/** What the request says about how to run it. */
function readSettings(fields: Record<string, unknown>): Omit<Wanted, "file" | "text" | "source" | "args"> {
  const { async: isAsync, name, callbackUrl } = fields;
  if (isAsync !== undefined && typeof isAsync !== "boolean") return refuseField("async", isAsync, "true or false");
  if (name !== undefined && (typeof name !== "string" || name === "")) return refuseField("name", name, "a text");
  if (callbackUrl !== undefined && !isHttpUrl(callbackUrl)) {
    return refuseField("callbackUrl", callbackUrl, "a URL of http or https");
  }
  const number = (key: WholeNumberKey): number | undefined => {
    const value = fields[key];
    return value === undefined || isWholeNumber(key, value) ? value : refuseField(key, value, expectedNumber(key));
  };
  const rojob: { -readonly [K in keyof RojobSection]?: RojobSection[K] } = {};
  const retries = number("retries");
  if (retries !== undefined) rojob.retries = retries;
  if (name !== undefined) rojob.name = safeName(name);
  const over = Object.keys(rojob).length === 0 ? undefined : rojob;
  return { timeoutMs: number("timeoutMs"), priority: number("priority"), isAsync, callbackUrl, rojob: over };
}

function isHttpUrl(value: unknown): value is string {
  return typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
