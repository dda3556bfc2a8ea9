/** An event of a stream of server-sent events (WHATWG HTML, section 9.2). */
export interface ServerSentEvent {
  event: string;
  data: string;
  /** `Last-Event-ID`, which a client sends after it has lost its connection. */
  id?: string;
}

/** Time that a client waits before it connects again, ms. */
const RETRY_MS = 1000;

/** The text of an event. A carriage return ends a line in this format, so one within the data arrives as a line end. */
export function eventText({ event, data, id }: ServerSentEvent): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${data.replace(/\r\n|\r|\n/g, "\ndata: ")}\n\n`;
}

/** Beginning of a stream: the delay of the client's reconnection, and first bytes so that proxies pass the stream on. */
export const streamStart = `retry: ${RETRY_MS}\n\n`;

const HEARTBEAT = ": still there\n\n";
const NOTHING = Symbol();

/**
 * Parts of a stream as they come, with a comment after each silence: proxies would close a
 * silent connection.
 * @param everyMs longest silence
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
