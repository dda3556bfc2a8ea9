/** An event of a stream of server-sent events (WHATWG HTML, section 9.2). */
export interface ServerSentEvent {
  event: string;
  data: string;
  /** `Last-Event-ID`, which a client sends after it has lost its connection. */
  id?: string;
}

/** Time that a client waits before it reconnects, ms. */
const RETRY_MS = 1000;

/** The text of an event. A carriage return ends a line in this format, so each one in the data arrives as a line end. */
export function eventText({ event, data, id }: ServerSentEvent): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${data.replace(/\r\n|\r|\n/g, "\ndata: ")}\n\n`;
}

/** Beginning of a stream: the delay of reconnections; these first bytes also make proxies forward the stream. */
export const streamStart = `retry: ${RETRY_MS}\n\n`;

const HEARTBEAT = ": still there\n\n";
const NOTHING = Symbol();

/**
 * Parts of a stream as they come, with a comment when there is none for a while: proxies would close an
 * idle connection.
 * @param everyMs longest time without a part
 */
export async function* withHeartbeats(parts: AsyncIterator<string>, everyMs: number): AsyncGenerator<string> {
  try {
    for (let next = parts.next(); ; ) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<typeof NOTHING>((resolve) => {
        timer = setTimeout(resolve, everyMs, NOTHING);
      });
      const part = await Promise.race([next, silence]);
      clearTimeout(timer);
      if (part === NOTHING) {
        yield HEARTBEAT;
        continue;
      }
      if (part.done) return;
      yield part.value;
      next = parts.next();
    }
  } finally {
    await parts.return?.();
  }
}
