import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../../base/errors.js";
import { nameOf } from "../../../catalog/values.js";
import type { LogChunk, RunRecord } from "../../../model/record.js";
import type { Runs } from "../../../model/runs.js";
import { header, json, query, ref, text, uuid, wait } from "../../openapi/parts.js";
import { QueryFields } from "../../query/query-fields.js";
import { goneSignal } from "../../reply/gone.js";
import { sendJson } from "../../reply/send-json.js";
import { eventText, streamStart, withHeartbeats } from "../../reply/sse.js";
import type { ClientRoute } from "../../route.js";
import { uuidOf } from "./uuid.js";

/** Positions in a log are opaque to clients, but short and valid in a header. */
const CURSOR = /^[\x21-\x7e]{1,200}$/;
/** Longest time without data in an event stream, ms: shorter than the usual idle timeout of proxies. */
const HEARTBEAT_MS = 15_000;
/** Longest `wait`, s. */
const LONGEST_WAIT_S = 3600;

/** Part of a run's output; the last one has the final state of the run. */
interface LogPiece extends LogChunk {
  state?: RunRecord["state"];
}

/** Query of a log request. */
interface Asked {
  uuid: string;
  from: string | undefined;
  follow: boolean;
  format: "text" | "events" | "json";
  /** With `json`: longest wait for output, s. */
  waitS: number;
}

/**
 * The output of a run:
 *
 * - As `text/plain`: the output so far; with `follow=true` and `Accept: text/plain` until the end of the run.
 * - As server-sent events until the end of the run, with `follow=true`, `format=events` or `Accept: text/event-stream`: `log`
 *   has whole lines, and its `id` is the position after them; `end` has `{ uuid, state }`.
 * - Piece by piece, with `format=json`: `{ text, next, isEnd, state }`; `text` is empty if there is no output within `wait` s.
 *
 * `from` or the header `Last-Event-ID` gives the position to start from. The log is read only as fast as the client reads.
 */
const getLog: ClientRoute = {
  id: "getLog",
  method: "GET",
  path: "/v1/runs/{uuid}/log",
  access: "key",
  tag: "runs",
  summary: "Returns the output of a run",
  description:
    "As text, with the output so far; as server-sent events until the run has ended (`log` with whole lines, whose `id` is the position after them, and `end` with `{ uuid, state }`); or in pieces.",
  parameters: [
    uuid(),
    query("follow", "Continue until the run has ended", { type: "boolean" }),
    query("from", "`id` of an event: start after it"),
    query("format", "Format of the reply; overrides `follow` and `Accept`", {
      type: "string",
      enum: ["text", "events", "json"],
    }),
    query("wait", "With `format=json`: wait at most this many seconds for output", wait.schema),
    header("Last-Event-ID", "Like `from`, which it overrides"),
  ],
  replies: {
    200: {
      description: "The output",
      content: { ...text(), ...text("text/event-stream"), ...json(ref("LogPiece")) },
      headers: { "x-rojob-uuid": "The run" },
    },
  },
  problems: ["unknown_run", "peer_unreachable"],
  examples: [
    { summary: "Output so far", run: "ended", query: { format: "text" }, status: 200, reply: '{"n":1}\n' },
    {
      summary: "A piece of the output",
      run: "ended",
      query: { format: "json" },
      status: 200,
      reply: { text: '{"n":1}\n', next: "8", isEnd: false },
    },
  ],
  handler:
    ({ runs }) =>
    async (request, reply) => {
      const asked = readAsked(request);
      const pieces = await piecesFor(asked, reply, runs);
      reply.header("x-rojob-uuid", asked.uuid).header("cache-control", "no-store");
      if (asked.format === "json") {
        const piece = await firstOf(pieces, { text: "", next: asked.from ?? "0", isEnd: false });
        return sendJson(reply, JSON.stringify(piece));
      }
      if (asked.format === "events") {
        reply.type("text/event-stream; charset=utf-8").header("x-accel-buffering", "no");
        return reply.send(streamOf(withHeartbeats(events(asked.uuid, pieces), HEARTBEAT_MS)));
      }
      reply.type("text/plain; charset=utf-8").send(streamOf(texts(pieces)));
      // The client sees by the head that the stream has started, even if there is no output yet.
      if (asked.follow) reply.raw.flushHeaders();
      return reply;
    },
};

export const logRoutes = [getLog];

async function piecesFor(asked: Asked, reply: FastifyReply, runs: Runs): Promise<AsyncIterable<LogPiece>> {
  const { uuid, from, follow, format, waitS } = asked;
  // The first part is read before the reply begins: afterwards the reply cannot become a refusal.
  if ((await runs.get(uuid)) === undefined) throw new ServiceError("unknown_run", { uuid });
  const gone = goneSignal(reply);
  if (format !== "json" || waitS === 0) return piecesOf(uuid, runs, { from, follow, signal: gone });
  const signal = AbortSignal.any([gone, AbortSignal.timeout(waitS * 1000)]);
  return piecesOf(uuid, runs, { from, follow: true, signal });
}

async function* piecesOf(uuid: string, runs: Runs, options: Parameters<Runs["log"]>[1]): AsyncGenerator<LogPiece> {
  for await (const chunk of runs.log(uuid, options)) {
    yield chunk.isEnd ? { ...chunk, state: (await runs.get(uuid))?.state } : chunk;
  }
}

function readAsked(request: FastifyRequest): Asked {
  const uuid = uuidOf(request);
  const query = new QueryFields(request, ["from", "follow", "format", "wait"]);
  const { accept = "", "last-event-id": lastEventId } = request.headers;
  const wantsEvents = accept.includes("text/event-stream");
  const [wanted] = query.list("format", ["text", "events", "json"]) ?? [];
  const follow = query.flag("follow") ?? (wanted === "events" || (wanted === undefined && wantsEvents));
  const isEvents = wantsEvents || (follow && !accept.includes("text/plain"));
  const from = (lastEventId as string | undefined) || query.text("from");
  if (from !== undefined && !CURSOR.test(from)) {
    const expected = "the 'id' of an event of this log";
    throw new ServiceError("bad_parameter", { name: "from", found: nameOf(from), expected });
  }
  const waitS = query.number("wait", 0, LONGEST_WAIT_S) ?? 0;
  return { uuid, from, follow, format: wanted ?? (isEvents ? "events" : "text"), waitS };
}

/** A stream that asks for a part only when the previous one has been sent. */
function streamOf(parts: AsyncIterable<string>): Readable {
  return Readable.from(parts, { highWaterMark: 1 });
}

async function firstOf(pieces: AsyncIterable<LogPiece>, nothing: LogPiece): Promise<LogPiece> {
  for await (const piece of pieces) return piece;
  return nothing;
}

async function* texts(pieces: AsyncIterable<LogPiece>): AsyncGenerator<string> {
  for await (const { text } of pieces) if (text !== "") yield text;
}

async function* events(uuid: string, pieces: AsyncIterable<LogPiece>): AsyncGenerator<string> {
  yield streamStart;
  for await (const { text, next, isEnd, state } of pieces) {
    if (text !== "") yield eventText({ id: next, event: "log", data: text.replace(/\r?\n$/, "") });
    if (isEnd) yield eventText({ id: next, event: "end", data: JSON.stringify({ uuid, state }) });
  }
}
