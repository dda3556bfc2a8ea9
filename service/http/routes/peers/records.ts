import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { RECORDS_PATH } from "../../../cluster/peer-records.js";
import type { LogChunk } from "../../../model/record.js";
import { goneSignal } from "../../reply/gone.js";
import type { PeerRoute } from "../../route.js";
import { queryOf, sendJson } from "./request.js";

const readRecord: PeerRoute = {
  method: "GET",
  path: `${RECORDS_PATH}/{uuid}`,
  access: "peer",
  summary: "The record of a run, with `waitMs` when it has ended or the time is over; 404 without one",
  handler:
    ({ runs }) =>
    async (request, reply) => {
      const waitMs = Number(queryOf(request).get("waitMs")) || 0;
      const uuid = uuidOf(request);
      const record = waitMs > 0 ? await runs.wait(uuid, waitMs, { signal: goneSignal(reply) }) : await runs.get(uuid);
      return record === undefined ? sendJson(reply.code(404), {}) : sendJson(reply, record);
    },
};

const readResult: PeerRoute = {
  method: "GET",
  path: `${RECORDS_PATH}/{uuid}/result`,
  access: "peer",
  summary: "The result map of a run; 404 without one",
  handler:
    ({ runs }) =>
    async (request, reply) => {
      const result = await runs.result(uuidOf(request));
      if (result === undefined) return sendJson(reply.code(404), {});
      return reply.type("application/json; charset=utf-8").send(result);
    },
};

const readLog: PeerRoute = {
  method: "GET",
  path: `${RECORDS_PATH}/{uuid}/log`,
  access: "peer",
  summary: "The output of a run from the place `from` on, as lines of JSON; with `follow=true` to its end",
  handler:
    ({ runs }) =>
    async (request, reply) => {
      const uuid = uuidOf(request);
      if ((await runs.get(uuid)) === undefined) return sendJson(reply.code(404), {});
      const query = queryOf(request);
      const follow = query.get("follow") === "true";
      const chunks = runs.log(uuid, { from: query.get("from") ?? undefined, follow, signal: goneSignal(reply) });
      reply.type("application/x-ndjson").send(Readable.from(linesOf(chunks), { highWaterMark: 1 }));
      if (follow) reply.raw.flushHeaders();
      return reply;
    },
};

const endRecord: PeerRoute = {
  method: "DELETE",
  path: `${RECORDS_PATH}/{uuid}`,
  access: "peer",
  summary: "Kills a run, `{ outcome }` when it has ended; with `forget=true` removes it, `{ removed }`",
  handler:
    ({ runs }) =>
    async (request, reply) => {
      const uuid = uuidOf(request);
      if (queryOf(request).get("forget") === "true") return sendJson(reply, { removed: await runs.remove(uuid) });
      return sendJson(reply, { outcome: await runs.kill(uuid) });
    },
};

export const recordRoutes = [readRecord, readResult, readLog, endRecord];

async function* linesOf(chunks: AsyncIterable<LogChunk>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield `${JSON.stringify(chunk)}\n`;
}

function uuidOf(request: FastifyRequest): string {
  return (request.params as { uuid: string }).uuid;
}
