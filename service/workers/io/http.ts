import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { sendRequest } from "../../base/http-request.js";
import type { HttpEnd, HttpParams, Place } from "../../runtime/base/operations.js";
import { timeoutCodes } from "../../runtime/base/timeout-codes.js";
import type { Reporter, StartOperation } from "./operation.js";

const MAX_REDIRECTS = 20;
const DEFAULT_CONNECT_MS = 10_000;
/** Most bytes of the body of a redirect that are read, so that its connection can be kept. */
const MAX_DROPPED = 128 * 1024;

/** Time for which a connection is kept for the next request of the same run, ms. */
const KEEP_MS = 4_000;
let agents: { "http:": http.Agent; "https:": https.Agent } | undefined;

/** Closes the kept connections at the end of their run. */
export function closeHttpConnections(): void {
  agents?.["http:"].destroy();
  agents?.["https:"].destroy();
  agents = undefined;
}

function agentFor(url: string): http.Agent | https.Agent {
  const kept = { keepAlive: true, timeout: KEEP_MS };
  agents ??= { "http:": new http.Agent(kept), "https:": new https.Agent(kept) };
  return agents[new URL(url).protocol === "https:" ? "https:" : "http:"];
}

/** One HTTP exchange. */
export const startHttp: StartOperation<"http"> = (params, report, body) => {
  const abort = new AbortController();
  const timer = params.timeoutMs ? setTimeout(() => abort.abort(timedOut()), params.timeoutMs) : undefined;
  let cancelled = false;
  exchange(params, report, body, abort.signal)
    .then(
      (end) => cancelled || report.end(end),
      (error) => cancelled || report.end(describe(abort.signal.aborted ? abort.signal.reason : error)),
    )
    .finally(() => clearTimeout(timer));
  return {
    cancel() {
      cancelled = true;
      abort.abort(Object.assign(new Error("cancelled"), { code: "ECANCELED" }));
    },
  };
};

async function exchange(
  params: HttpParams & Place,
  report: Reporter<"http">,
  body: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<HttpEnd> {
  let { method, url } = params;
  const headers = { ...params.headers };
  // Added here and not by the job, so it is undone here as well.
  const unpack = !hasHeader(headers, "accept-encoding");
  if (unpack) headers["accept-encoding"] = "gzip";
  const { bodyFile, cwd, connectTimeoutMs, readTimeoutMs = 0 } = params;
  let payload = bodyFile === undefined ? body : await readFile(path.resolve(cwd, bodyFile));
  for (let hops = 0; ; hops++) {
    await noticeClosed();
    const reply = await sendRequest(url, {
      ...{ method, headers, body: payload, readTimeoutMs, signal },
      agent: agentFor(url),
      isChunked: bodyFile !== undefined,
      connectTimeoutMs: connectTimeoutMs || DEFAULT_CONNECT_MS,
    });
    const location = redirectOf(reply, url);
    if (location === undefined || params.followRedirects === false)
      return await deliver(params, report, reply, url, method, unpack);
    if (hops >= MAX_REDIRECTS)
      throw Object.assign(new Error(`Too many follow-up requests: ${hops + 1}`), { code: "EREDIRECTS" });
    await drop(reply);
    if (new URL(location).origin !== new URL(url).origin) dropHeader(headers, "authorization");
    if (reply.statusCode! < 307 && method !== "GET" && method !== "HEAD") {
      method = "GET";
      payload = undefined;
      for (const name of ["content-type", "content-length", "transfer-encoding"]) dropHeader(headers, name);
    }
    url = location;
  }
}

async function deliver(
  params: HttpParams & Place,
  report: Reporter<"http">,
  reply: IncomingMessage,
  url: string,
  method: string,
  unpack: boolean,
): Promise<HttpEnd> {
  const headers = headersOf(reply);
  const packed = unpack && headers["content-encoding"] === "gzip" && method !== "HEAD";
  if (packed) {
    delete headers["content-encoding"];
    delete headers["content-length"];
  }
  report.emit("response", { status: reply.statusCode!, headers, url });
  const source: Readable = packed ? reply.pipe(zlib.createGunzip()) : reply;
  if (packed) reply.on("error", (error) => source.destroy(error));
  if (params.toFile !== undefined && reply.statusCode! < 400) {
    const target = createWriteStream(path.resolve(params.cwd, params.toFile), { flags: params.append ? "a" : "w" });
    await pipeline(source, target);
    return { written: target.bytesWritten };
  }
  for await (const chunk of source) report.emit("data", undefined, chunk as Buffer);
  return {};
}

/** Reads and drops the body of a redirect. */
async function drop(reply: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of reply) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_DROPPED) return;
  }
}

/** Names in lower case; a repeated one has all its values. */
function headersOf({ headersDistinct }: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, values = []] of Object.entries(headersDistinct))
    headers[name] = values.length === 1 ? values[0]! : values;
  return headers;
}

/**
 * Waits two turns of the event loop: kept connections that the server has closed by now are dropped and not written to.
 */
async function noticeClosed(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
}

function redirectOf({ statusCode, headers: { location } }: IncomingMessage, url: string): string | undefined {
  if (location === undefined || ![300, 301, 302, 303, 307, 308].includes(statusCode!)) return undefined;
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
  return target?.protocol === "http:" || target?.protocol === "https:" ? target.href : undefined;
}

function hasHeader(headers: Record<string, string>, name: string): boolean {
  return Object.keys(headers).some((key) => key.toLowerCase() === name);
}

function dropHeader(headers: Record<string, string>, name: string): void {
  for (const key of Object.keys(headers)) if (key.toLowerCase() === name) delete headers[key];
}

function timedOut(): Error {
  return Object.assign(new Error("timeout"), { code: timeoutCodes.whole });
}

/** A host with several addresses fails once for each: the first failure stands for all. */
function describe(error: unknown): HttpEnd {
  const failure = error as NodeJS.ErrnoException & { errors?: Error[]; address?: string; port?: number };
  const first = (failure.errors?.[0] ?? failure) as typeof failure;
  const cause = first.cause as NodeJS.ErrnoException | undefined;
  return {
    error: first.message || String(error),
    code: failure.code ?? first.code ?? cause?.code,
    address: first.address,
    port: first.port,
  };
}
