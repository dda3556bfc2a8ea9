import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { timeoutCodes } from "../runtime/base/timeout-codes.js";
import { abortRequest } from "./abort-request.js";

/** Methods whose request may arrive twice. */
const REPEATABLE = ["GET", "HEAD", "OPTIONS"];

export interface HttpRequest {
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** The body is sent in chunks, without its length. */
  isChunked?: boolean;
  /** Of the protocol of the URL; Node's own by default. */
  agent?: http.Agent | https.Agent;
  /** Longest time to get a connection, ms. */
  connectTimeoutMs: number;
  /** Longest pause of the server, ms; 0: any. */
  readTimeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Sends one request and returns the head of its reply. The caller has to read the body: an unread one keeps its
 * connection. A request that may arrive twice is sent again when a kept connection turns out to be closed.
 *
 * By node:http: undici throws an error that cannot be caught when a server closes a connection while its reply waits to
 * be read (nodejs/undici#5360).
 * @throws Error of code ECONNECTTIMEDOUT, EREADTIMEDOUT or ERR_INVALID_PROTOCOL, or those of node:http
 */
export async function sendRequest(url: string | URL, request: HttpRequest): Promise<IncomingMessage> {
  for (;;) {
    const sent = open(url, request);
    abortRequest(sent, request.signal);
    try {
      return await replyOf(sent, request);
    } catch (error) {
      const isClosed = ["ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "");
      if (!isClosed || !sent.reusedSocket || !REPEATABLE.includes(request.method)) throw error;
    }
  }
}

function open(url: string | URL, { method, headers, agent }: HttpRequest): http.ClientRequest {
  const { protocol } = new URL(url);
  if (protocol === "https:") return https.request(url, { method, headers, agent });
  if (protocol === "http:") return http.request(url, { method, headers, agent });
  const code = "ERR_INVALID_PROTOCOL";
  throw Object.assign(new Error(`${protocol} is not supported, the URL must start with http: or https:`), { code });
}

function replyOf(sent: http.ClientRequest, request: HttpRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let reply: IncomingMessage | undefined;
    const { connectTimeoutMs, readTimeoutMs } = request;
    const connecting = setTimeout(
      () => sent.destroy(timedOut("connect timed out", timeoutCodes.connect)),
      connectTimeoutMs,
    );
    const isConnected = (): void => {
      clearTimeout(connecting);
      if (readTimeoutMs > 0) sent.setTimeout(readTimeoutMs);
    };
    sent.on("timeout", () => {
      // While bytes wait to be read, the pause is not the server's.
      if (readTimeoutMs > 0 && (reply?.readableLength ?? 0) === 0)
        (reply ?? sent).destroy(timedOut("timeout", timeoutCodes.read));
    });
    sent.on("socket", (socket) => {
      if (sent.reusedSocket) isConnected();
      else socket.once("encrypted" in socket ? "secureConnect" : "connect", isConnected);
    });
    sent.on("close", () => clearTimeout(connecting));
    // Stays after the reply has arrived: a later failure is an error of the reply, too.
    sent.on("error", reject);
    sent.on("response", (response) => {
      reply = response;
      resolve(response);
    });
    if (request.isChunked && request.body !== undefined) sent.write(request.body);
    sent.end(request.isChunked ? undefined : request.body);
  });
}

function timedOut(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
