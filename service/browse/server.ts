import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { OwnNames } from "../config/own-names.js";
import { withoutSchemas } from "../http/without-schemas.js";
import { type Found, OpenFolder } from "./folder.js";
import { isAuthorised } from "./guard.js";
import { folderPage, messagePage } from "./page.js";

export interface BrowserOptions {
  /** The work folder. */
  folder: string;
  /** Undefined: no key is required. */
  apiKey?: string;
  /** Names that requests may use. */
  names: OwnNames;
  /** Gets internal errors. */
  onError(error: unknown): void;
}

/** Pages may load and run nothing but their own style. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The server that shows a work folder, not yet listening. `GET /path/` lists a folder, as a page or, when JSON is asked
 * for (`Accept` or `?format=json`), as `{ path, entries: [{ name, kind, size, modified }] }`; `GET /path` fetches a file.
 * @throws Error when there is no such folder
 */
export async function createBrowser({ folder, apiKey, names, onError }: BrowserOptions): Promise<FastifyInstance> {
  const work = await OpenFolder.at(folder);
  /** By another name: a page of elsewhere may have let its own name point here. It would not know the key. */
  const isStrange = ({ headers: { host } }: FastifyRequest): boolean => apiKey === undefined && !names.hasHost(host);
  const app = Fastify({
    schemaController: withoutSchemas,
    exposeHeadRoutes: false,
    frameworkErrors: (_error, request, reply) => refuse(request, reply, isStrange(request) ? 421 : 400),
  });
  app.addHook("onRequest", async (request, reply) => (isStrange(request) ? refuse(request, reply, 421) : undefined));
  app.addHook("onSend", async (_request, reply) => {
    reply.headers({
      "cache-control": "no-store",
      "content-security-policy": POLICY,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  });
  app.setErrorHandler((error, request, reply) => {
    onError(error);
    return refuse(request, reply, 500);
  });
  app.setNotFoundHandler((request, reply) => refuse(request, reply, request.method === "GET" ? 404 : 405));
  app.get("/healthz", (_request, reply) => reply.send({ status: "ok" }));
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request, reply) => {
      if (apiKey === undefined || isAuthorised(request.headers.authorization, apiKey)) return;
      // Browsers ask for user and password, programs send the key.
      reply.header("www-authenticate", 'Basic realm="rojob: any user, the API key as password", charset="UTF-8"');
      return refuse(request, reply, 401);
    });
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const names = namesOf(request);
      const found = names === undefined ? undefined : await work.find(names);
      if (names === undefined || found === undefined) return refuse(request, reply, 404);
      return send(request, reply, names, found);
    };
    scope.route({ method: ["GET", "HEAD"], url: "/*", handler });
  });
  return app;
}

function send(request: FastifyRequest, reply: FastifyReply, names: string[], found: Found): FastifyReply {
  if (found.kind === "file") return sendFile(request, reply, names.at(-1)!, found);
  // Links of the page start at the folder.
  const [path] = request.raw.url!.split("?");
  if (!path!.endsWith("/") && !wantsJson(request)) return reply.redirect(`${pathOf(names)}/`);
  if (wantsJson(request)) return reply.send({ path: names.join("/"), entries: found.entries });
  return reply.type("text/html; charset=utf-8").send(folderPage(names, found.entries));
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  { handle, size, modifiedMs }: Extract<Found, { kind: "file" }>,
): FastifyReply {
  reply.headers({
    "content-length": size,
    "last-modified": new Date(modifiedMs).toUTCString(),
    // Always saved: files that jobs write must not run in the name of this server.
    "content-disposition": `attachment; filename*=UTF-8''${encodeRfc5987(name)}`,
  });
  reply.type("application/octet-stream");
  // A file that grows meanwhile is sent with the size it had.
  const stream = handle.createReadStream({ start: 0, end: Math.max(0, size - 1) });
  if (request.method !== "HEAD" && size > 0) return reply.send(stream);
  stream.destroy();
  return reply.send("");
}

/** The names of a path; undefined when it is none. */
function namesOf(request: FastifyRequest): string[] | undefined {
  const [path] = request.raw.url!.split("?");
  try {
    return path!
      .split("/")
      .filter((step) => step !== "")
      .map(decodeURIComponent);
  } catch {
    return undefined; // URIError: not percent-encoded UTF-8
  }
}

function wantsJson(request: FastifyRequest): boolean {
  if ((request.query as { format?: string }).format === "json") return true;
  const accept = request.headers.accept ?? "";
  return !accept.includes("text/html") && accept.includes("application/json");
}

const messages: Record<number, string> = {
  400: "The request is not valid HTTP.",
  401: "The API key is required: as password of any user, or as Authorization: Bearer KEY.",
  404: "The file or folder does not exist.",
  405: "This server is read-only.",
  421: "This is not a name of this server; add names with its option HOSTS.",
  500: "An error occurred; see the log.",
};

function refuse(request: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  const message = messages[status]!;
  reply.code(status);
  return wantsPage(request)
    ? reply.type("text/html; charset=utf-8").send(messagePage(message))
    : reply.send({ status, detail: message });
}

function wantsPage({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? "").includes("text/html");
}

function pathOf(names: readonly string[]): string {
  return names.map((name) => `/${encodeURIComponent(name)}`).join("");
}

/** A file name for `filename*` (RFC 8187). */
function encodeRfc5987(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
