import type { FastifyReply } from "fastify";
import { byteLength, type JsonPieces } from "../../base/json/json-text.js";
import { AT_ONCE, PacedBody } from "./paced-body.js";

/** Characters from which on a text is sent as bytes. */
const LARGE = 64 * 1024;

/** Replies with JSON, a large one piece by piece. The content type is the caller's. */
export function sendBody(reply: FastifyReply, json: JsonPieces): FastifyReply {
  // Of a large text Node would make copies of three times its length.
  const body = typeof json === "string" && json.length > LARGE ? Buffer.from(json) : json;
  if (typeof body === "string") return reply.send(body);
  const length = byteLength(body);
  if (Buffer.isBuffer(body) && length <= AT_ONCE) return reply.send(body);
  return reply.header("content-length", length).send(new PacedBody(Buffer.isBuffer(body) ? [body] : body));
}

/** Answers with JSON text, which no cache is to keep: it is about what changes. */
export function sendJson(reply: FastifyReply, text: JsonPieces): FastifyReply {
  return sendBody(reply.type("application/json; charset=utf-8").header("cache-control", "no-store"), text);
}
