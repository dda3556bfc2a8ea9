import type { FastifyInstance } from "fastify";
import type { RunReply } from "../../dispatch/run.js";
import { ServiceError } from "../../errors.js";
import { bodyText } from "../body.js";
import { checkDocument } from "../document-check.js";
import { readArgs } from "../ojob-source.js";
import { parseJson } from "../parse-text.js";
import type { Wanted } from "../runner.js";
import type { RunServices } from "../services.js";
import { isMap, nameOf } from "../values.js";

const ROUTE = "/v1/runs";
const FIELDS = ["ojob", "run", "args", "timeoutMs"];
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * `POST /v1/runs` with a JSON map: `ojob` (an oJob, as text or as map) or `run` (path of one below the run folder),
 * `args` (a map, over the oJob's own), `timeoutMs` (longest time it may take, instead of JOBTIMEOUT).
 *
 * The reply is about the run: `{ uuid, state, result, errors, timings }`, 200 in whatever state it ended. `errors` has an
 * entry a failed job, with the place when it is known, and is empty with SHOWERRORS=false; `timings` are
 * `{ acceptedAt (ms since the epoch), waitMs, runMs }`.
 */
export function addRunRoutes(scope: FastifyInstance, services: RunServices): void {
  scope.post(ROUTE, async (request, reply) => {
    const run = await services.runner.run(readWanted(request.body, services), request, reply);
    return reply.type("application/json; charset=utf-8").send(runText(run, services.config.SHOWERRORS));
  });
}

/** The result is JSON already. */
function runText(run: RunReply, showErrors: boolean): string {
  const head = JSON.stringify({ uuid: run.uuid, state: run.state }).slice(0, -1);
  const tail = JSON.stringify({ errors: showErrors ? run.errors : [], exitCode: run.exitCode, timings: run.timings });
  return `${head},"result":${run.result === "" ? "null" : run.result},${tail.slice(1)}`;
}

function readWanted(body: unknown, { config, sources, folder }: RunServices): Wanted {
  const text = bodyText(body, ROUTE, "a JSON map with 'ojob' or 'run'");
  const fields = parseJson(text, "request");
  checkDocument(fields, "request", text.length);
  const refuse = (field: string, value: unknown, expected: string): never => {
    throw new ServiceError("bad_field", { field, found: nameOf(value), expected });
  };
  if (!isMap(fields)) return refuse("(the whole)", fields, "a JSON map");
  const unknown = Object.keys(fields).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) throw new ServiceError("unknown_field", { field: unknown, known: FIELDS.join(", ") });
  const { ojob, run, timeoutMs } = fields;
  const args = readArgs(fields.args, "request");
  if (timeoutMs !== undefined && !isTimeout(timeoutMs)) {
    return refuse("timeoutMs", timeoutMs, `a whole number of ms from 1 to ${LONGEST_TIMEOUT_MS}`);
  }
  if (run !== undefined) {
    if (ojob !== undefined) return refuse("ojob", ojob, "left out when there is 'run'");
    if (typeof run !== "string" || run === "") return refuse("run", run, "the path of a job below the run folder");
    return { ...folder.find(run), args, timeoutMs };
  }
  if (!isMap(ojob) && (typeof ojob !== "string" || ojob.trim() === "")) {
    return refuse("ojob", ojob, "an oJob, as text or as map, unless there is 'run'");
  }
  if (config.RUNONLY) throw new ServiceError("run_only", { route: `${ROUTE} with 'ojob'` });
  const source = typeof ojob === "string" ? ojob : JSON.stringify(ojob);
  return { file: "ojob", text: source, source: sources.parse(source, "any", "ojob"), args, timeoutMs };
}

function isTimeout(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= LONGEST_TIMEOUT_MS;
}
