import { passInterrupt, type Steps } from "../../base/scheduler.js";
import { textOf } from "../../base/values/thrown.js";
import type { ReplyMap } from "../../features/httpd/reply.js";
import { logErr } from "../../lib/terminal/log.js";

/** Writes server-sent events for job code (HTML Living Standard, 9.2). */
export interface EventWriter {
  write(event: string, data: unknown): void;
  close(): void;
}

export const eventHeaders = {
  "Cache-Control": "no-cache, no-transform",
  "Content-Encoding": "identity",
  "X-Accel-Buffering": "no",
};

/** One event. */
export function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A reply of events. */
export function eventsReply(text: string): ReplyMap {
  return { status: 200, mimetype: "text/event-stream", data: text, header: eventHeaders };
}

/** The events `work` writes, each sent when it is written, until `work` ends or closes the writer. */
export function streamEvents(work: (writer: EventWriter) => Steps<unknown>, isLogged: unknown): ReplyMap {
  return { ...eventsReply(""), live: (send) => written(work, send, isLogged) };
}

function* written(
  work: (writer: EventWriter) => Steps<unknown>,
  send: (text: string) => void,
  isLogged: unknown,
): Steps<void> {
  let isOpen = true;
  const writer: EventWriter = {
    write(event, data) {
      if (isOpen) send(eventText(event, data));
    },
    close() {
      isOpen = false;
    },
  };
  try {
    yield* work(writer);
  } catch (error) {
    passInterrupt(error);
    writer.write("error", { message: textOf(error) });
    if (isLogged) logErr(`SSE: ${textOf(error)}`);
  }
}
