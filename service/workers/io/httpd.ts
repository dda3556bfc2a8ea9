import { createReadStream } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import path from "node:path";
import type { Operation, Reporter } from "./operation.js";

/** Parameters of the operation `httpd`: a server that hands every request to the run. */
export interface HttpdParams {
  cwd: string;
  port: number;
  /** Address to listen on; absent: all. */
  host?: string;
  /** PEM texts, for https. */
  key?: string;
  cert?: string;
}

/** Event `request`, with the body as bytes. */
export interface HttpdRequest {
  /** Number to answer under. */
  rid: number;
  method: string;
  /** As it stood in the request line. */
  target: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  remoteAddress: string;
}

/** Message `reply`, with the body as bytes unless `file` names it. */
export interface HttpdReply {
  rid: number;
  status: number;
  headers: [string, string][];
  /** Body from this file; relative to `cwd`. */
  file?: string;
}

/**
 * An HTTP server. Events: `listening` with `{ port }`, `request` with {@link HttpdRequest}, `gone` with `{ rid }` when the
 * client left before its answer, `end` with `{ error, code }` when it could not listen.
 * Messages: `reply` with {@link HttpdReply}; `begin` with the same, then `chunk`s with `{ rid }` and bytes and a `finish` with
 * `{ rid }`, for a body that comes bit by bit; `abort` with `{ rid }` (the connection is cut).
 */
export function startHttpd(params: HttpdParams, report: Reporter): Operation {
  const pending = new Map<number, ServerResponse>();
  const sockets = new Set<Socket>();
  let lastRid = 0;

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const rid = ++lastRid;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => response.destroy());
    request.on("end", () => {
      pending.set(rid, response);
      report.emit("request", describe(rid, request), Buffer.concat(chunks));
    });
    response.on("close", () => {
      if (pending.delete(rid)) report.emit("gone", { rid });
    });
  };
  const server =
    params.key === undefined
      ? http.createServer(onRequest)
      : https.createServer({ key: params.key, cert: params.cert }, onRequest);
  server.requestTimeout = 0;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("error", (error: NodeJS.ErrnoException) => report.end({ error: error.message, code: error.code }));
  server.listen({ port: params.port, host: params.host }, () => {
    report.emit("listening", { port: (server.address() as { port: number }).port });
  });

  return {
    send(type, data: HttpdReply, bytes) {
      const response = pending.get(data.rid);
      if (response === undefined) return;
      if (type === "begin") return begin(response, data);
      if (type === "chunk") return void response.write(bytes ?? "");
      pending.delete(data.rid);
      if (type === "finish") response.end();
      else if (type === "reply") answer(response, data, bytes, params.cwd);
      else response.destroy();
    },
    cancel() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function describe(rid: number, request: IncomingMessage): HttpdRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  const remoteAddress = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  return { rid, method: request.method ?? "GET", target: request.url ?? "/", headers, remoteAddress };
}

function begin(response: ServerResponse, { status, headers }: HttpdReply): void {
  response.statusCode = status;
  try {
    for (const [name, value] of headers) response.setHeader(name, value);
    response.flushHeaders();
  } catch (error) {
    response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
  }
}

function answer(
  response: ServerResponse,
  { status, headers, file }: HttpdReply,
  bytes: Uint8Array | undefined,
  cwd: string,
): void {
  response.statusCode = status;
  try {
    // Given here, it keeps Node from adding a header of its own about the time connections are kept.
    response.setHeader("connection", response.shouldKeepAlive ? "keep-alive" : "close");
    for (const [name, value] of headers) response.setHeader(name, value);
    if (file === undefined && !response.hasHeader("content-length"))
      response.setHeader("content-length", bytes?.length ?? 0);
  } catch (error) {
    response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
    return;
  }
  if (file === undefined) {
    response.end(bytes);
    return;
  }
  const source = createReadStream(path.resolve(cwd, file));
  source.on("error", () => response.destroy());
  source.pipe(response);
}
