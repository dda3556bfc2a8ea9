import type { FastifyReply } from "fastify";

/** Answers with JSON text, which no cache is to keep: it is about what changes. */
export function sendJson(reply: FastifyReply, text: string | Buffer): FastifyReply {
  return reply.type("application/json; charset=utf-8").header("cache-control", "no-store").send(text);
}
