import { jobScope } from "../../base/job-scope.js";
import { passInterrupt } from "../../base/scheduler.js";
import { isArray, isDef, isFunction, isMap, isString } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { jsonParse, stringify } from "../../lib/data/json.js";
import { toToon } from "../../lib/data/toon.js";
import { merge } from "../../lib/maps/merge.js";
import { optional, required } from "../../lib/text/check.js";
import { jsonRpc, type Methods } from "../httpd/rpc.js";

/** The Model Context Protocol over standard input and output: a JSON-RPC message a line (modelcontextprotocol.io). */

type Tool = (input: any) => unknown;
type Note = (type: string, message: unknown) => void;

const standard = {
  protocolVersion: "2024-11-05",
  serverInfo: { name: "rojob", title: "rojob MCP server", version: "1.0.0" },
  capabilities: { prompts: { listChanged: true }, tools: { listChanged: true } },
};

/**
 * Answers the client until its input ends.
 * @param info what `initialize` answers, over what every server says
 * @param tools their descriptions, as a list or by name
 * @param functions tool → function of its arguments
 * @param note is called with everything that is received (`rcv`), sent (`snd`) and not understood (`err`)
 */
export function mcpStdio(info: unknown, tools: unknown, functions: unknown, note?: unknown): void {
  const report = optional<Note>(note, "lgF", "function", () => undefined);
  const known = required<Record<string, Tool>>(functions, "fns", "map");
  const listed = isMap(tools)
    ? Object.entries(tools).map(([name, meta]) => ({ ...(isMap(meta) ? meta : {}), name }))
    : tools;
  if (!isArray(listed)) throw "fnsMeta is not an array";
  const methods: Methods = {
    initialize: () => merge(standard, optional(info, "initData", "map", {})),
    ping: () => ({}),
    "prompts/list": () => ({ prompts: [] }),
    "tools/list": () => ({ tools: listed }),
    "tools/call": (params) => called(known, params),
    "notifications/initialized": () => ({}),
    "notifications/cancelled": () => ({}),
  };
  for (let line = nextLine(); line !== undefined; line = nextLine()) {
    if (line.trim() === "") continue;
    const message = jsonParse(line);
    if (!isMap(message)) {
      report("err", `not JSON: ${line}`);
      continue;
    }
    report("rcv", message);
    const answer = jsonRpc(message, methods);
    if (answer === null) continue;
    report("snd", answer);
    world.host.output.write(1, `${JSON.stringify(answer)}\n`);
  }
}

const nextLine = (): string | undefined => world.host.process.readLine("");

function called(functions: Record<string, Tool>, params: any): object {
  const failed = (text: string) => ({ content: [{ type: "text", text }], isError: true });
  if (!isDef(params?.name)) return failed("Missing tool name");
  const tool = Object.hasOwn(functions, params.name) ? functions[params.name] : undefined;
  if (!isFunction(tool)) return failed(`Tool not found: ${params.name}`);
  try {
    const result = tool(params.arguments ?? params.input ?? {});
    return { content: [{ type: "text", text: isString(result) ? result : textOf(result) }], isError: false };
  } catch (error) {
    passInterrupt(error);
    return failed(`Error executing tool: ${(error as Error)?.message ?? error}`);
  }
}

function textOf(result: unknown): string {
  return jobScope.__flags?.MCPSERVER?.answerInTOON === true ? toToon(result) : (stringify(result) ?? "");
}
