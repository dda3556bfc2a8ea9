import type { FastifyReply } from "fastify";
import { type ErrorCode, ServiceError } from "../../base/errors.js";
import type { TextFormat } from "../../catalog/parse-text.js";
import { bodyText } from "../body/body.js";
import { EXAMPLE_UUID, HELLO, helloMap } from "../openapi/examples.js";
import { argumentsParameter, json, ref, text } from "../openapi/parts.js";
import {
  accepted,
  endedHeaders,
  lostProblems,
  ojobProblems,
  pathProblems,
  startHeaders,
  startProblems,
} from "../openapi/start-parts.js";
import { queryArguments } from "../query/query.js";
import { compatResult, lostRun } from "../reply/result.js";
import { sendBody } from "../reply/send-json.js";
import type { ClientRoute, Example } from "../route.js";
import type { RunServices } from "../services.js";
import type { Started } from "../starter.js";

/**
 * A route of the original service. Arguments in the query override the oJob's own `args`. The reply is the result map;
 * see `compatResult` for runs with failed jobs and `lostRun` for those without a result. The reply for an asynchronous run is
 * 202 with `{"uuid": …}`, or with QUEUECH `{"result":1,"queue":true,"uuid": …}`.
 */
function compatible(
  route: Pick<ClientRoute, "id" | "path" | "bodyLimit" | "handler">,
  body: string,
  problems: readonly ErrorCode[],
  example: Pick<Example, "summary" | "body" | "reply">,
): ClientRoute {
  return {
    ...route,
    method: "POST",
    access: "key",
    takesV1: true,
    tag: "compatible",
    summary: `Runs ${body}; its result map is the reply`,
    description: "The query has the arguments, all as texts. With `__async=1` the request does not wait for the end.",
    parameters: [argumentsParameter, ...startHeaders],
    body: { description: `${body}; the content type is ignored`, content: text() },
    replies: {
      200: { description: "The result map", content: json(ref("ResultMap")), headers: endedHeaders },
      202: accepted,
    },
    problems: [...startProblems, ...lostProblems, "bad_query", ...problems],
    examples: [
      { ...example, query: { name: "Ann" }, status: 200 },
      {
        ...example,
        summary: `${example.summary} in the background`,
        headers: { Prefer: "respond-async" },
        status: 202,
        reply: { uuid: EXAMPLE_UUID },
      },
    ],
  };
}

/** A route whose body is an oJob. */
function ojobRoute(id: string, path: string, format: TextFormat, expected: string, body: unknown): ClientRoute {
  const handler: ClientRoute["handler"] = (services) => async (request, reply) => {
    const { config, starter, documents } = services;
    if (config.RUNONLY) throw new ServiceError("run_only", { route: path });
    const args = queryArguments(request.raw.url ?? "");
    const ojob = await documents.ojob(request.body, format, path, expected);
    return send(reply, await starter.start({ file: "ojob", ...ojob, args }, request, reply), services);
  };
  const example = { summary: "Run an oJob", body, reply: { name: "Ann", greeting: "Hello Ann" } };
  return compatible({ id, path, bodyLimit: ({ MAXBODY }) => MAXBODY, handler }, expected, ojobProblems, example);
}

/** The body is a path, as plain text or as a JSON string. */
const runFile = compatible(
  {
    id: "runFile",
    path: "/run",
    handler: (services) => async (request, reply) => {
      const { folder, starter } = services;
      const path = unquote(bodyText(request.body, "/run", "the path of a job below the run folder").trim());
      const args = queryArguments(request.raw.url ?? "");
      return send(reply, await starter.start({ ...folder.find(path), args }, request, reply), services);
    },
  },
  "the job of the run folder whose path the body is",
  pathProblems,
  { summary: "Run a job of the run folder", body: "rojob/echo.yaml", reply: { name: "Ann" } },
);

export const compatRoutes = [
  ojobRoute("runOjob", "/ojob", "any", "an oJob, YAML or JSON", HELLO),
  ojobRoute("runYaml", "/yaml", "yaml", "an oJob in YAML", HELLO),
  ojobRoute("runJson", "/json", "json", "an oJob in JSON", helloMap),
  runFile,
];

async function send(reply: FastifyReply, started: Started, { config, documents }: RunServices): Promise<FastifyReply> {
  reply.type("application/json; charset=utf-8");
  if ("accepted" in started) {
    const { uuid } = started.accepted;
    return reply.send(JSON.stringify(config.QUEUECH === undefined ? { uuid } : { result: 1, queue: true, uuid }));
  }
  const lost = lostRun(started.ended, config);
  if (lost !== undefined) throw lost;
  return sendBody(reply, await compatResult(started.ended, config.SHOWERRORS, documents));
}

function unquote(path: string): string {
  if (path.length < 2 || !path.startsWith('"') || !path.endsWith('"')) return path;
  try {
    return String(JSON.parse(path));
  } catch {
    return path.slice(1, -1); // quoted, but not as JSON
  }
}
