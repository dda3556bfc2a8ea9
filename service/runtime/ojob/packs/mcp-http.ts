import { jobScope } from "../../base/job-scope.js";
import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import type { ReplyMap } from "../../features/httpd/reply.js";
import type { RequestMap } from "../../features/httpd/request.js";
import { jsonParse } from "../../lib/data/json.js";
import { toToon } from "../../lib/data/toon.js";
import { log, logErr } from "../../lib/terminal/log.js";
import type { JobEngine } from "../model/port.js";
import type { AnyMap } from "../model/shapes.js";
import { Gate } from "./mcp-auth.js";
import { auditor, serverInfo, type ToolResult, Tools } from "./mcp-tools.js";
import { addService, portOf } from "./services.js";
import { eventsReply, eventText } from "./sse.js";

/** MCP over HTTP: one POST, one JSON-RPC message, its answer as JSON or as one event. */

const FAULTS = { parse: -32700, invalid: -32600, unknown: -32601 };
const NOTHING: ReplyMap = { data: "", mimetype: "text/plain", status: 202, header: {} };

export function serveMcp(args: AnyMap, _job: unknown, _id: string, engine: JobEngine): Steps<void> {
  const info = serverInfo(args, "rojob MCP server");
  const tools = new Tools(args, engine);
  const gate = new Gate(args);
  const note = auditor(args, info, log);

  function* call(params: any, request: RequestMap): Steps<unknown> {
    const input = params?.arguments ?? params?.input ?? {};
    const tool = tools.named(params?.name);
    note(tool ?? String(params?.name), input, request);
    if (tool === undefined) return failed(`Error: Unknown tool '${params?.name}'`);
    const result = yield* tools.call(tool, input, { _httprequest: gate.without(request) });
    if ("error" in result) logErr(`Error executing tool '${params.name}': ${result.error}`);
    return contentOf(params.name, result);
  }

  function* answer(message: any, request: RequestMap): Steps<AnyMap | undefined> {
    const id = message.id ?? null;
    const { method, params } = message;
    if (args.debug) log(`MCP ${method} ${JSON.stringify(params) ?? ""}`);
    let result: unknown;
    if (method === "initialize") result = info;
    else if (method === "tools/list") result = { tools: tools.list() };
    else if (method === "tools/call") result = yield* call(params, request);
    else if (method === "prompts/list") result = { prompts: [] };
    else if (method === "ping") result = {};
    else if (!String(method).startsWith("notifications/"))
      return id === null ? undefined : fault(FAULTS.unknown, `Method not found: ${method}`, id);
    return id === null ? undefined : { jsonrpc: "2.0", result, id };
  }

  return addService({
    port: portOf(args),
    uri: args.uri,
    audit: false,
    *answer(request): Steps<ReplyMap> {
      if (!gate.accepts(request)) return gate.refusal(info.serverInfo.name);
      if (request.method !== "POST") return sent(fault(FAULTS.invalid, "Only POST is answered", null), 405);
      const message = jsonParse(request.files.postData ?? "{}");
      if (!isMap(message)) return sent(fault(FAULTS.parse, "The body is not JSON", null), 400);
      if (message.jsonrpc !== "2.0" || typeof message.method !== "string")
        return sent(fault(FAULTS.invalid, "Not a request of JSON-RPC 2.0", message.id ?? null), 400);
      const reply = yield* answer(message, request);
      if (reply === undefined) return NOTHING;
      return args.usestream ? eventsReply(eventText("message", reply)) : sent(reply, 200);
    },
  });
}

function sent(message: AnyMap, status: number): ReplyMap {
  return { data: JSON.stringify(message), mimetype: "application/json", status, header: {} };
}

function fault(code: number, message: string, id: unknown): AnyMap {
  return { jsonrpc: "2.0", error: { code, message }, id };
}

function failed(text: string): AnyMap {
  return { content: [{ type: "text", text }], isError: true };
}

/** The content of a tool's answer, from the args of its job: its `text`, or all of it as JSON; `result` is taken as it is. */
function contentOf(name: string, result: ToolResult): unknown {
  if ("error" in result) return failed(`Error executing tool '${name}': ${result.error}`);
  const { value } = result;
  if (typeof value?.text === "string") return { content: [{ type: "text", text: value.text }], isError: false };
  if (value?.result !== undefined) return value.result;
  const isToon = jobScope.__flags?.MCPSERVER?.answerInTOON === true;
  const text = isToon ? toToon(value) : JSON.stringify(value);
  return { content: [{ type: "text", text }], isError: false };
}
