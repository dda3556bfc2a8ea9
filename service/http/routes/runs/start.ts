import { type JsonPieces, joinJson } from "../../../base/json/json-text.js";
import type { RunReply } from "../../../model/run.js";
import { RUNS_ROUTE } from "../../body/run-request.js";
import { EXAMPLE_UUID, exampleReply, HELLO } from "../../openapi/examples.js";
import { json, ref } from "../../openapi/parts.js";
import {
  accepted,
  endedHeaders,
  ojobProblems,
  pathProblems,
  startHeaders,
  startProblems,
} from "../../openapi/start-parts.js";
import { sendJson } from "../../reply/send-json.js";
import type { ClientRoute } from "../../route.js";
import type { RunServices } from "../../services.js";
import type { Wanted } from "../../starter.js";

/**
 * The body is a JSON map: `ojob` (an oJob, as text or as map) or `run` (path of an oJob below the run folder),
 * `args` (a map that overrides the oJob's own), `timeoutMs` (time limit, instead of JOBTIMEOUT), `async` (true: do not wait;
 * false: wait even if the oJob asks for an asynchronous run), `name`, `priority` and `retries` (as in the oJob's `rojob`
 * section, which they override), `callbackUrl` (notified when the run has ended).
 *
 * The reply describes the run: `{ uuid, state, result, errors, endedBy, exitCode, timings }`, 200 whatever its final state is.
 * `errors` has an entry per failed job, with its position if known, and is empty with SHOWERRORS=false; `endedBy` is what ended
 * the run from outside; `timings` are `{ acceptedAt (ms since the epoch), waitMs, runMs }`. The reply for an asynchronous run is
 * 202 with `{ uuid, state, async }`; `async` is true if the oJob, the arguments or the body ask for it, not only `Prefer`.
 */
const startRun: ClientRoute = {
  id: "startRun",
  method: "POST",
  path: RUNS_ROUTE,
  access: "key",
  tag: "runs",
  summary: "Runs an oJob, or a job of the run folder",
  description:
    "Waits for the end and returns the state of the run with status 200, whatever the state; or only accepts the run with 202.",
  parameters: startHeaders,
  body: { description: "The run to start", content: json(ref("RunRequest")) },
  replies: {
    200: { description: "The run has ended", content: json(ref("RunReply")), headers: endedHeaders },
    202: accepted,
  },
  problems: [...startProblems, ...ojobProblems, ...pathProblems, "bad_field", "unknown_field"],
  examples: [
    {
      summary: "Run a job of the run folder",
      body: { run: "rojob/echo.yaml", args: { n: 1 } },
      status: 200,
      reply: { ...exampleReply, result: { n: 1 } },
    },
    {
      summary: "Run an oJob",
      body: { ojob: HELLO, args: { name: "Ann" }, timeoutMs: 60_000 },
      status: 200,
      reply: { ...exampleReply, result: { name: "Ann", greeting: "Hello Ann" } },
    },
    {
      summary: "Run in the background",
      body: { run: "rojob/echo.yaml", async: true, priority: 5, retries: 2 },
      status: 202,
      reply: { uuid: EXAMPLE_UUID, state: "accepted", async: true },
    },
  ],
  bodyLimit: ({ MAXBODY }) => MAXBODY,
  handler: (services) => async (request, reply) => {
    const started = await services.starter.start(await readWanted(request.body, services), request, reply);
    if ("ended" in started) return sendJson(reply, runText(started.ended, services.config.SHOWERRORS));
    const { uuid, state } = started.accepted;
    return sendJson(reply, JSON.stringify({ uuid, state, async: started.isWanted }));
  },
};

export const startRoutes = [startRun];

/** The text of the reply; the result is already JSON. */
function runText(run: RunReply, showErrors: boolean): JsonPieces {
  const head = JSON.stringify({ uuid: run.uuid, state: run.state }).slice(0, -1);
  const { exitCode, endedBy, timings } = run;
  const tail = JSON.stringify({ errors: showErrors ? run.errors : [], exitCode, endedBy, timings });
  return joinJson(`${head},"result":`, run.result === "" ? "null" : run.result, `,${tail.slice(1)}`);
}

async function readWanted(body: unknown, { config, documents, folder }: RunServices): Promise<Wanted> {
  const { ojob, run, args, settings } = await documents.request(body, config.RUNONLY);
  if (ojob === undefined) return { ...folder.find(run!), args, settings };
  return { file: "ojob", ...ojob, args, settings };
}
