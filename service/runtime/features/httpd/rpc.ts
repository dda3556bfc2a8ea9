import { isArray, isFunction, isMap, isNull, isUnDef } from "../../base/values/types.js";
import { jsonParse, stringify } from "../../lib/data/json.js";
import { log } from "../../lib/terminal/log.js";
import { reply } from "./replies.js";
import type { ReplyMap } from "./reply.js";
import type { RequestMap } from "./request.js";
import type { HttpServer } from "./server.js";

/** JSON-RPC 2.0 (jsonrpc.org/specification) over HTTP, and the form MCP gives it. */

export type Methods = Record<string, (...args: any[]) => unknown>;

const FAULTS = {
  parse: -32700,
  invalid: -32600,
  unknown: -32601,
  internal: -32603,
};

function fault(code: number, message: string, id: unknown, data?: string): Record<string, unknown> {
  return { jsonrpc: "2.0", error: { code, message, ...(data === undefined ? {} : { data }) }, id };
}

function call(method: (...args: any[]) => unknown, params: unknown): unknown {
  return isArray(params) ? method(...params) : method(params);
}

/** The answer to one request that is there as a map; null for a notification. */
export function jsonRpc(data: any, methods: Methods): Record<string, unknown> | null {
  const id = isMap(data) && !isUnDef(data.id) ? data.id : null;
  if (!isMap(data) || data.jsonrpc !== "2.0" || isUnDef(data.method)) {
    const { error } = fault(FAULTS.invalid, "Invalid Request", id);
    return { jsonrpc: "2.0", id, error };
  }
  const method = Object.hasOwn(methods, data.method) ? methods[data.method] : undefined;
  if (!isFunction(method))
    return id === null ? null : { jsonrpc: "2.0", id, error: { code: FAULTS.unknown, message: "Method not found" } };
  try {
    const result = call(method, data.params ?? {});
    return id === null ? null : { jsonrpc: "2.0", id, result };
  } catch (error) {
    return id === null
      ? null
      : { jsonrpc: "2.0", id, error: { code: FAULTS.internal, message: "Internal error", data: String(error) } };
  }
}

interface Style {
  name: string;
  /** Is a failure the status of the reply too? */
  hasStatus: boolean;
  /** Do requests without an id get an empty 204? */
  hasNotifications: boolean;
  isRequest(data: any): boolean;
}

const RPC: Style = {
  name: "JSON-RPC",
  hasStatus: true,
  hasNotifications: false,
  isRequest: (data) => data.jsonrpc === "2.0",
};
const MCP: Style = {
  name: "MCP",
  hasStatus: false,
  hasNotifications: true,
  isRequest: (data) => data.jsonrpc === "2.0" || data.mcp === "1.0",
};

type Log = (line: string) => unknown;

function respond(style: Style, request: RequestMap, methods: Methods, logError: Log, debug: Log): ReplyMap {
  const refuse = (status: number, why: string, body: Record<string, unknown>): ReplyMap => {
    logError(`Invalid ${style.name} request: ${request.method} ${request.uri} - ${why}`);
    return reply(body, style.hasStatus ? status : 200, "application/json", {});
  };
  if (request.method !== "POST") {
    const message = "Invalid Request: Only POST allowed";
    return refuse(400, "Only POST allowed", fault(FAULTS.invalid, message, null));
  }
  const body = request.files?.postData ?? request.data;
  if (isUnDef(body)) return refuse(400, "No body", fault(FAULTS.parse, "Parse error: No body", null));
  const data = jsonParse(body);
  const id = isMap(data) ? data.id : undefined;
  if (!isMap(data) || !style.isRequest(data) || !data.method)
    return refuse(400, "Invalid Request", fault(FAULTS.invalid, "Invalid Request", id ?? null));
  const isNotification = style.hasNotifications && isNull(id);
  const nothing = (): ReplyMap => reply("", 204, "text/plain", {});
  const method = Object.hasOwn(methods, data.method) ? methods[data.method] : undefined;
  if (!isFunction(method)) {
    const refusal = refuse(404, `Method not found: ${data.method}`, fault(FAULTS.unknown, "Method not found", id));
    return isNotification ? nothing() : refusal;
  }
  try {
    const result = call(method, data.params);
    debug(`${style.name} request result: ${stringify(result)}`);
    return isNotification ? nothing() : reply({ jsonrpc: "2.0", result, id }, 200, "application/json", {});
  } catch (error) {
    const refusal = refuse(
      500,
      `Internal error: ${error}`,
      fault(FAULTS.internal, "Internal error", id, String(error)),
    );
    return isNotification ? nothing() : refusal;
  }
}

const silent: Log = () => undefined;

export function replyJSONRPC(
  _server: HttpServer,
  request: RequestMap,
  methods: Methods,
  logError: Log = log as Log,
  debug: Log = silent,
): ReplyMap {
  return respond(RPC, request, methods, logError, debug);
}

export function replyMCP(
  _server: HttpServer,
  request: RequestMap,
  methods: Methods,
  logError: Log = silent,
  debug: Log = silent,
): ReplyMap {
  return respond(MCP, request, methods, logError, debug);
}
