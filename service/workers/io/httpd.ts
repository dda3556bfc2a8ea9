import { createReadStream } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import path from "node:path";
import type { HttpdReply, HttpdRequest } from "../../runtime/base/operations.js";
import type { StartOperation } from "./operation.js";

/** An HTTP server. */
export const startHttpd: StartOperation<"httpd"> = (params, report) => {
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
    send(message, bytes) {
      const response = pending.get(message.data.rid);
      if (response === undefined) return;
      if (message.type === "begin") return begin(response, message.data);
      if (message.type === "chunk") return void response.write(bytes ?? "");
      pending.delete(message.data.rid);
      if (message.type === "finish") response.end();
      else if (message.type === "reply") answer(response, message.data, bytes, params.cwd);
      else response.destroy();
    },
    cancel() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

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
    // Set here, so that Node does not add a keep-alive header of its own.
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
