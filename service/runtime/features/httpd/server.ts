import type { HttpdRequest, OpSend } from "../../base/operations.js";
import { callInSteps } from "../../base/pausing.js";
import {
  endOp,
  forgetOp,
  Interrupted,
  type Op,
  type Steps,
  sendOp,
  spawn,
  startOp,
  type Task,
  waitUntil,
} from "../../base/scheduler.js";
import { encode } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { JavaObject } from "../../base/values/object.js";
import { isFunction, isMap, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { type ReplyMap, sendable } from "./reply.js";
import { type RequestMap, requestMap } from "./request.js";

type Handler = (request: RequestMap) => unknown;

/** Verbs that reach a handler; for others the connection is cut, as OpenAF's server does. */
const VERBS = new Set(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]);
const sessions = new Map<string, unknown>();

/** An HTTP server of the run (`HTTPd`): requests are served by tasks while the run waits anywhere. */
export class HttpServer extends JavaObject {
  static override readonly className: string = "openaf.plugins.HTTPServer";
  private readonly op: Op<"httpd">;
  private readonly tasks = new Map<number, Task>();
  private readonly handlers = new Map<string, Handler>();
  private defaultPath: string | undefined;
  private port = 0;
  private isOpen = false;

  /**
   * Listens on `port` (0: any free one) of `host` (absent: all addresses).
   * @throws JavaException `java.net.BindException` when it cannot
   */
  constructor(port?: unknown, host?: unknown, keyStore?: unknown) {
    super();
    if (!isUnDef(keyStore))
      throw new Error("ow.server.httpd: https with a Java key store is not available in the embedded engine");
    let failure: { error: string; code?: string } | undefined;
    const params = { port: Math.max(0, Number(port) || 0), host: isString(host) ? host : undefined };
    this.op = startOp("httpd", params, (event, bytes) => {
      if (event.type === "listening") {
        this.port = event.data.port;
        this.isOpen = true;
      } else if (event.type === "request") this.accept(event.data, bytes ?? new Uint8Array(0));
      else if (event.type === "gone") this.forget(event.data.rid);
      else if (event.type === "end") {
        failure = event.data;
        this.isOpen = false;
        forgetOp(this.op);
      }
    });
    waitUntil(() => this.isOpen || failure !== undefined, undefined, "the HTTP server");
    if (failure === undefined) return;
    const why = failure.code === "EADDRINUSE" ? "Address already in use" : failure.error;
    throw new JavaException("java.net.BindException", why);
  }

  getPort = (): number => this.port;
  getImpl = (): string => "nwu2";
  isAlive = (): boolean => this.isOpen;

  stop(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    endOp(this.op);
    for (const rid of [...this.tasks.keys()]) this.forget(rid);
  }

  /** Requests whose path begins with the folder `uri` go to `handler`. */
  add(uri: unknown, handler: Handler): void {
    this.handlers.set(folderOf(`${uri}`), handler);
  }

  /** Requests nobody takes go where those of `uri` go. */
  setDefault(uri: unknown): void {
    this.defaultPath = folderOf(`${uri}`);
  }

  addEcho(uri: unknown): void {
    this.add(uri, (request) => this.replyOKText(JSON.stringify(request)));
  }

  addStatus(uri: unknown): void {
    this.add(uri, () => this.replyOKText("OK"));
  }

  addWS(): never {
    throw new Error("ow.server.httpd: web sockets are not available in the embedded engine");
  }

  reply(data: unknown, mimetype?: unknown, status?: unknown, header?: unknown): ReplyMap {
    return { status: codeOf(status), mimetype: typeOf(mimetype), data: String(data), header };
  }

  replyOKText = (data: unknown, header?: unknown): ReplyMap => this.reply(data, "text/plain", 200, header);
  replyOKHTML = (data: unknown, header?: unknown): ReplyMap => this.reply(data, "text/html", 200, header);
  replyOKXML = (data: unknown, header?: unknown): ReplyMap => this.reply(data, "text/xml", 200, header);
  replyOKJSON = (data: unknown, header?: unknown): ReplyMap => this.reply(data, "application/json", 200, header);
  replyOKBin = (data: unknown, header?: unknown): ReplyMap => this.reply(data, "application/octet-stream", 200, header);

  replyBytes(data: unknown, mimetype?: unknown, status?: unknown, header?: unknown): ReplyMap {
    return { status: codeOf(status), mimetype: typeOf(mimetype), data, header };
  }

  /** The body is what the stream gives. */
  replyStream(stream: unknown, mimetype?: unknown, status?: unknown, header?: unknown): ReplyMap {
    return { status: codeOf(status), mimetype: typeOf(mimetype), stream, header };
  }

  getSession = (id: unknown): unknown => sessions.get(String(id)) ?? null;
  setSession = (id: unknown, value: unknown): void => void sessions.set(String(id), value);
  addSession = (id: unknown): void => void sessions.set(String(id), null);
  delSession = (id: unknown): void => void sessions.delete(String(id));
  hasSession = (id: unknown): boolean => sessions.has(String(id));

  private accept(incoming: HttpdRequest, body: Uint8Array): void {
    const { rid, method, target } = incoming;
    if (!VERBS.has(method)) return this.abort(rid);
    const server = this;
    const task = spawn<void>(`${method} ${target}`, function* (): Steps<void> {
      try {
        const reply = yield* server.handle(requestMap(incoming, body));
        const { live } = Object(reply) as ReplyMap;
        if (isFunction(live)) yield* server.stream(rid, reply as ReplyMap, live as NonNullable<ReplyMap["live"]>);
        else server.answer(rid, reply);
      } catch (error) {
        server.abort(rid);
        if (error instanceof Interrupted) throw error;
        world.host.output.write(2, `HTTPd error on request ${method} ${target}: ${error}\n`);
      } finally {
        server.tasks.delete(rid);
      }
    });
    this.tasks.set(rid, task);
  }

  private *handle(request: RequestMap): Steps<unknown> {
    const handler = this.handlers.get(folderOf(request.uri)) ?? this.handlers.get(this.defaultPath ?? "");
    if (!isFunction(handler)) return this.reply("", "text/plain", 404);
    return yield* callInSteps(handler, [request], request);
  }

  private answer(rid: number, result: unknown): void {
    if (!this.isOpen) return;
    const given = isMap(result)
      ? (result as ReplyMap)
      : { status: 200, mimetype: "text/plain", data: isUnDef(result) ? "" : String(result) };
    const { body, file, ...head } = sendable(given);
    sendOp(this.op, { type: "reply", data: { rid, ...head, file } }, body);
  }

  /** Sends the head, and then the body as it is made. */
  private *stream(rid: number, reply: ReplyMap, live: NonNullable<ReplyMap["live"]>): Steps<void> {
    const send = (message: OpSend<"httpd">, body?: Uint8Array): void => {
      if (this.isOpen) sendOp(this.op, message, body);
    };
    const { body: _none, ...head } = sendable(reply);
    send({ type: "begin", data: { rid, ...head } });
    yield* live((text) => send({ type: "chunk", data: { rid } }, encode(text)));
    send({ type: "finish", data: { rid } });
  }

  /** Cuts the connection of a request that gets no answer. */
  private abort(rid: number): void {
    if (this.isOpen) sendOp(this.op, { type: "abort", data: { rid } });
  }

  private forget(rid: number): void {
    this.tasks.get(rid)?.drop();
    this.tasks.delete(rid);
  }
}

/** The first part of a path, by which handlers are found. */
function folderOf(uri: string): string {
  const at = uri.indexOf("/", 1);
  return at > 0 ? uri.slice(0, at) : uri;
}

function codeOf(status: unknown): number {
  const code = Number(status);
  return code > 0 ? Math.trunc(code) : 200;
}

function typeOf(mimetype: unknown): string {
  return isUnDef(mimetype) || mimetype === null ? "application/octet-stream" : String(mimetype);
}
