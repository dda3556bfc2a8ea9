import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { RECORDS_PATH } from "../../cluster/peer-records.js";
import type { LogChunk } from "../../model/record.js";
import type { Runs } from "../../model/runs.js";
import { goneSignal } from "../reply/gone.js";

/**
 * What peers ask about the runs of this node, as JSON; 404 when there is nothing:
 *
 * - `GET /v1/cluster/records/UUID` its record; with `waitMs` when it has ended or the time is over
 * - `GET /v1/cluster/records/UUID/result` its result map
 * - `GET /v1/cluster/records/UUID/log` its output from the place `from` on, as lines of JSON; with `follow=true` to its end
 * - `DELETE /v1/cluster/records/UUID` kills it, `{ outcome }` when it has ended; with `forget=true` removes it, `{ removed }`
 */
export function addPeerRecordRoutes(scope: FastifyInstance, runs: Runs): void {
  scope.get(`${RECORDS_PATH}/:uuid`, async (request, reply) => {
    const waitMs = Number(queryOf(request).get("waitMs")) || 0;
    const uuid = uuidOf(request);
    const record = waitMs > 0 ? await runs.wait(uuid, waitMs, { signal: goneSignal(reply) }) : await runs.get(uuid);
    return record === undefined ? sendJson(reply.code(404), {}) : sendJson(reply, record);
  });

  scope.get(`${RECORDS_PATH}/:uuid/result`, async (request, reply) => {
    const result = await runs.result(uuidOf(request));
    if (result === undefined) return sendJson(reply.code(404), {});
    return reply.type("application/json; charset=utf-8").send(result);
  });

  scope.get(`${RECORDS_PATH}/:uuid/log`, async (request, reply) => {
    const uuid = uuidOf(request);
    if ((await runs.get(uuid)) === undefined) return sendJson(reply.code(404), {});
    const query = queryOf(request);
    const follow = query.get("follow") === "true";
    const chunks = runs.log(uuid, { from: query.get("from") ?? undefined, follow, signal: goneSignal(reply) });
    reply.type("application/x-ndjson").send(Readable.from(linesOf(chunks), { highWaterMark: 1 }));
    if (follow) reply.raw.flushHeaders();
    return reply;
  });

  scope.delete(`${RECORDS_PATH}/:uuid`, async (request, reply) => {
    const uuid = uuidOf(request);
    if (queryOf(request).get("forget") === "true") return sendJson(reply, { removed: await runs.remove(uuid) });
    return sendJson(reply, { outcome: await runs.kill(uuid) });
  });
}

async function* linesOf(chunks: AsyncIterable<LogChunk>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield `${JSON.stringify(chunk)}\n`;
}

function uuidOf(request: FastifyRequest): string {
  return (request.params as { uuid: string }).uuid;
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.raw.url ?? "/", "http://node").searchParams;
}

function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(value));
}
