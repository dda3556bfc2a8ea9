import type { FastifyReply } from "fastify";
import type { JsonText } from "../../base/json/json-text.js";

/** Characters from which on a text is sent as bytes. */
const LARGE = 64 * 1024;

/** A text as it is sent best: for a large one that is given as text Node takes room three times its length. */
export function bodyOf(text: JsonText): JsonText {
  return typeof text === "string" && text.length > LARGE ? Buffer.from(text) : text;
}

/** Answers with JSON text, which no cache is to keep: it is about what changes. */
export function sendJson(reply: FastifyReply, text: JsonText): FastifyReply {
  return reply.type("application/json; charset=utf-8").header("cache-control", "no-store").send(bodyOf(text));
}
