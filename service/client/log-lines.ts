import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { LogOptions } from "./client-options.js";
import { RoJobError } from "./rojob-error.js";
import type { Transport } from "./transport.js";

/** A node that follows a log sends at least a comment every 15 s: after so long without, the connection is dead, ms. */
const SILENCE_MS = 45_000;

/**
 * The output of a run, line by line.
 *
 * A followed log consists of server-sent events (WHATWG HTML, 9.2): a broken connection is opened again where the last
 * whole event ended, so that no line is missing and none comes twice.
 */
export async function* logLines(transport: Transport, path: string, options: LogOptions): AsyncGenerator<string> {
  if (options.follow === true) yield* followed(transport, path, options);
  else yield* asText(transport, path, options);
}

async function* asText(transport: Transport, path: string, { signal }: LogOptions): AsyncGenerator<string> {
  const body = await transport.stream({ method: "GET", path, headers: { accept: "text/plain" }, signal });
  let rest = "";
  for await (const chunk of textOf(body)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

async function* followed(transport: Transport, path: string, { signal }: LogOptions): AsyncGenerator<string> {
  let cursor: string | undefined;
  let failures = 0;
  for (;;) {
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (cursor !== undefined) headers["last-event-id"] = cursor;
    const call = { method: "GET", path, query: { follow: true }, headers, signal, silenceMs: SILENCE_MS } as const;
    const body = await transport.stream(call);
    try {
      for await (const { event, id, data } of eventsOf(body)) {
        failures = 0;
        cursor = id ?? cursor;
        if (event === "log") yield* data.split("\n");
        if (event === "end") return;
      }
    } catch {
      if (signal?.aborted) throw signal.reason;
      // The connection broke: it is opened again below.
    }
    const lost = new RoJobError("The node ended the log before the run had ended", 0);
    if (++failures > transport.retry.times) throw lost;
    await transport.pause(failures, lost, signal);
  }
}

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  let events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  for await (const chunk of textOf(body)) {
    parser.feed(chunk);
    const whole = events;
    events = [];
    yield* whole;
  }
}

/** Decodes chunks, also when a character lies in two of them. */
async function* textOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
}
