import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ServiceError } from "../../../errors.js";
import type { LogChunk } from "../../../runs/record.js";
import { goneSignal } from "../../gone.js";
import { QueryFields } from "../../query-fields.js";
import type { RunServices } from "../../services.js";
import { eventText, streamStart, withHeartbeats } from "../../sse.js";
import { nameOf } from "../../values.js";
import { uuidOf } from "./uuid.js";

/** Places in a log are opaque, but they are short and fit into a header. */
const CURSOR = /^[\x21-\x7e]{1,200}$/;
/** Longest silence of an event stream, ms: less than what proxies commonly take for dead. */
const HEARTBEAT_MS = 15_000;

/** How the log is asked for. */
interface Asked {
  uuid: string;
  from: string | undefined;
  follow: boolean;
  isEvents: boolean;
}

/**
 * `GET /v1/runs/UUID/log`: the output of a run so far, `text/plain`. With `follow=true` or `Accept: text/event-stream` as
 * server-sent events that go on until the run has ended: `log` with whole lines, its `id` the place after them, and `end`
 * with `{ uuid, state }`; with both `follow=true` and `Accept: text/plain` as text that goes on. `from` or the header
 * `Last-Event-ID` names the place to begin at. What the client does not take is not read, either.
 */
export function addLogRoute(scope: FastifyInstance, { runs }: RunServices): void {
  scope.get("/v1/runs/:uuid/log", async (request, reply) => {
    const { uuid, from, follow, isEvents } = readAsked(request);
    // Asked first: once the reply has begun it cannot become a refusal.
    if ((await runs.get(uuid)) === undefined) throw new ServiceError("unknown_run", { uuid });
    reply.header("x-rojob-uuid", uuid).header("cache-control", "no-store");
    const chunks = runs.log(uuid, { from, follow, signal: goneSignal(reply) });
    if (isEvents) {
      reply.type("text/event-stream; charset=utf-8").header("x-accel-buffering", "no");
      return reply.send(streamOf(withHeartbeats(events(uuid, chunks), HEARTBEAT_MS)));
    }
    reply.type("text/plain; charset=utf-8").send(streamOf(texts(chunks)));
    // That there is nothing to read yet is known to the client when it has the head.
    if (follow) reply.raw.flushHeaders();
    return reply;
  });

  async function* events(uuid: string, chunks: AsyncIterable<LogChunk>): AsyncGenerator<string> {
    yield streamStart;
    for await (const { text, next, isEnd } of chunks) {
      if (text !== "") yield eventText({ id: next, event: "log", data: text.replace(/\r?\n$/, "") });
      if (!isEnd) continue;
      const state = (await runs.get(uuid))?.state;
      yield eventText({ id: next, event: "end", data: JSON.stringify({ uuid, state }) });
    }
  }
}

function readAsked(request: FastifyRequest): Asked {
  const uuid = uuidOf(request);
  const query = new QueryFields(request, ["from", "follow"]);
  const { accept = "", "last-event-id": lastEventId } = request.headers;
  const wantsEvents = accept.includes("text/event-stream");
  const follow = query.flag("follow") ?? wantsEvents;
  const from = (lastEventId as string | undefined) || query.text("from");
  if (from !== undefined && !CURSOR.test(from)) {
    const expected = "the 'id' of an event of this log";
    throw new ServiceError("bad_parameter", { name: "from", found: nameOf(from), expected });
  }
  return { uuid, from, follow, isEvents: wantsEvents || (follow && !accept.includes("text/plain")) };
}

/** Takes a part only when the one before has been sent. */
function streamOf(parts: AsyncIterable<string>): Readable {
  return Readable.from(parts, { highWaterMark: 1 });
}

async function* texts(chunks: AsyncIterable<LogChunk>): AsyncGenerator<string> {
  for await (const { text } of chunks) if (text !== "") yield text;
}
