import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { byteLength, type JsonPieces } from "../../base/json/json-text.js";

/** Characters from which on a text is sent as bytes. */
const LARGE = 64 * 1024;

/** Replies with JSON as it is sent best. The content type is the caller's. */
export function sendBody(reply: FastifyReply, json: JsonPieces): FastifyReply {
  // Of a large text Node would make copies of three times its length.
  if (typeof json === "string") return reply.send(json.length > LARGE ? Buffer.from(json) : json);
  if (Buffer.isBuffer(json)) return reply.send(json);
  return reply.header("content-length", byteLength(json)).send(Readable.from(json));
}

/** Answers with JSON text, which no cache is to keep: it is about what changes. */
export function sendJson(reply: FastifyReply, text: JsonPieces): FastifyReply {
  return sendBody(reply.type("application/json; charset=utf-8").header("cache-control", "no-store"), text);
}
