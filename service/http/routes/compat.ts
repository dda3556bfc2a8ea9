import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../base/errors.js";
import type { TextFormat } from "../../catalog/parse-text.js";
import { bodyText } from "../body/body.js";
import { queryArguments } from "../query/query.js";
import { compatResult, lostRun } from "../reply/result.js";
import { sendBody } from "../reply/send-json.js";
import type { RunServices } from "../services.js";
import type { Started } from "../starter.js";

const OF_OLD_CLIENTS = { config: { takesV1: true } };

/** The routes that take an oJob, and the format its body has. */
const ojobRoutes: Record<string, { format: TextFormat; expected: string }> = {
  "/ojob": { format: "any", expected: "an oJob, YAML or JSON" },
  "/yaml": { format: "yaml", expected: "an oJob in YAML" },
  "/json": { format: "json", expected: "an oJob in JSON" },
};

/**
 * The routes of the original service: `POST /ojob`, `/yaml` and `/json` with an oJob as body, `POST /run` with the path of
 * one below the run folder, plain or in JSON quotes. Arguments come with the query, over the oJob's own `args`.
 *
 * The reply is the result map; see `compatResult` for runs with failed jobs and `lostRun` for those without a result.
 * Of a run that is not waited for it is 202 with `{"uuid": …}`, or with QUEUECH `{"result":1,"queue":true,"uuid": …}`.
 */
export function addCompatRoutes(scope: FastifyInstance, services: RunServices): void {
  const { config, starter, documents, folder } = services;

  for (const [route, { format, expected }] of Object.entries(ojobRoutes)) {
    scope.post(route, { ...OF_OLD_CLIENTS, bodyLimit: config.MAXBODY }, async (request, reply) => {
      if (config.RUNONLY) throw new ServiceError("run_only", { route });
      const args = queryArguments(request.raw.url ?? "");
      const ojob = await documents.ojob(request.body, format, route, expected);
      return send(reply, await starter.start({ file: "ojob", ...ojob, args }, request, reply));
    });
  }

  scope.post("/run", OF_OLD_CLIENTS, async (request: FastifyRequest, reply) => {
    const path = unquote(bodyText(request.body, "/run", "the path of a job below the run folder").trim());
    const args = queryArguments(request.raw.url ?? "");
    return send(reply, await starter.start({ ...folder.find(path), args }, request, reply));
  });

  async function send(reply: FastifyReply, started: Started): Promise<FastifyReply> {
    reply.type("application/json; charset=utf-8");
    if ("accepted" in started) {
      const { uuid } = started.accepted;
      return reply.send(JSON.stringify(config.QUEUECH === undefined ? { uuid } : { result: 1, queue: true, uuid }));
    }
    const lost = lostRun(started.ended, config);
    if (lost !== undefined) throw lost;
    return sendBody(reply, await compatResult(started.ended, config.SHOWERRORS, documents));
  }
}

function unquote(path: string): string {
  if (path.length < 2 || !path.startsWith('"') || !path.endsWith('"')) return path;
  try {
    return String(JSON.parse(path));
  } catch {
    return path.slice(1, -1); // quoted, though not the way of JSON
  }
}
