import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { sendRequest } from "../service/base/http-request.js";

/** Longest time to get a connection, ms: tests run on busy machines. */
const CONNECT_MS = 60_000;

export interface PlainRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
}

/**
 * `fetch` over node:http, for tests and benches: Node's own throws an error that nobody can catch when a server closes a connection
 * while its reply waits to be read (nodejs/undici#5360).
 * @throws TypeError with the error of node:http as its cause; the reason of `signal`
 */
export async function plainFetch(url: string | URL, request: PlainRequest = {}): Promise<Response> {
  const { method = "GET", headers = {}, body, signal } = request;
  const options = { method, headers, body, signal, connectTimeoutMs: CONNECT_MS, readTimeoutMs: 0 };
  const reply = await sendRequest(url, options).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new TypeError("fetch failed", { cause });
  });
  const hasBody = method !== "HEAD" && ![204, 304].includes(reply.statusCode!);
  if (!hasBody) reply.resume();
  const content = hasBody ? (Readable.toWeb(reply) as ReadableStream) : null;
  return new Response(content, { status: reply.statusCode, headers: headersOf(reply) });
}

function headersOf({ rawHeaders }: IncomingMessage): [string, string][] {
  return rawHeaders.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, rawHeaders[at + 1]!]] : []));
}
