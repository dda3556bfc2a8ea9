import { passInterrupt, type Steps } from "../../base/scheduler.js";
import { textOf } from "../../base/values/thrown.js";
import { isMap, toBoolean } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import type { RequestMap } from "../../features/httpd/request.js";
import { fromJsSlon, toSlon } from "../../lib/data/slon.js";
import { clone, merge } from "../../lib/maps/merge.js";
import { templify } from "../../lib/template/template.js";
import type { JobEngine } from "../model/port.js";
import type { AnyMap } from "../model/shapes.js";

/** The tools of a server, each a job, for both transports of the Model Context Protocol. */

/** Outcome of a tool: the args of its job at the end, or the reason of its failure. */
export type ToolResult = { value: any } | { error: string };

const PROTOCOL = "2024-11-05";

/** A server as `initialize` describes it: `args.description` over what every server says. */
export function serverInfo(args: AnyMap, title: string): AnyMap {
  const standard = {
    protocolVersion: PROTOCOL,
    serverInfo: { name: "rojob", title, version: "1.0.0" },
    capabilities: { prompts: { listChanged: true }, tools: { listChanged: true } },
  };
  return described(merge(standard, args.description), args, true);
}

/** The tools of `args.fns` (tool → job), without those that OJOB_MCP_TOOLS_INCLUDE and _EXCLUDE leave out. */
export class Tools {
  private readonly names: string[];

  constructor(
    private readonly args: AnyMap,
    private readonly engine: JobEngine,
  ) {
    const wanted = namesOf("OJOB_MCP_TOOLS_INCLUDE");
    const unwanted = namesOf("OJOB_MCP_TOOLS_EXCLUDE");
    this.names = Object.keys(args.fns).filter(
      (name) => (wanted.length === 0 || wanted.includes(name)) && !unwanted.includes(name),
    );
  }

  /** As `tools/list` gives them. */
  list(): AnyMap[] {
    return this.names.map((name) => {
      const known = this.args.fnsMeta[name] ?? { name, description: name, inputSchema: {} };
      const meta = isMap(known) ? known : { name, description: String(known), inputSchema: {} };
      return { ...described(clone(meta), this.args, false), name: this.args.toolPrefix + name };
    });
  }

  /** The tool a client means; undefined when there is none of that name. */
  named(name: unknown): string | undefined {
    const { toolPrefix } = this.args;
    if (typeof name !== "string") return undefined;
    const plain = name.startsWith(toolPrefix) ? name.slice(toolPrefix.length) : name;
    return this.names.includes(plain) ? plain : undefined;
  }

  /** Runs the job of a tool. */
  *call(tool: string, given: any, extra: AnyMap = {}): Steps<ToolResult> {
    const job = this.args.fns[tool];
    const id = `|${world.host.bytes.uuid()}`;
    try {
      const left = yield* this.engine.runJob(job, merge(extra, isMap(given) ? given : {}), id);
      const failure = this.engine.logOf(String(job), id)?.log.at(-1)?.error;
      if (failure !== undefined) return { error: failure };
      this.engine.forgetLog(String(job), id);
      return resultOf(left);
    } catch (error) {
      passInterrupt(error);
      return { error: textOf(error) };
    }
  }
}

function resultOf(left: any): ToolResult {
  if (left === false) return { error: "the jobs it depends on did not run" };
  if (!isMap(left)) return { value: left };
  const { objId: _id, execid: _execution, _err: error, ...value } = left;
  return error === undefined ? { value } : { error: textOf(error) };
}

/** With `tplDesc` descriptions (or all texts) are templates over the args. */
function described(value: any, args: AnyMap, isAll: boolean): any {
  if (!args.tplDesc) return value;
  const walk = (one: any, key?: string): any => {
    if (typeof one === "string") return isAll || key === "description" ? templify(one, args) : one;
    if (Array.isArray(one)) return one.map((entry) => walk(entry));
    if (!isMap(one)) return one;
    return Object.fromEntries(Object.entries(one).map(([name, entry]) => [name, walk(entry, name)]));
  };
  return walk(value);
}

/** @throws text when the variable is no list of texts */
function namesOf(variable: string): string[] {
  const text = world.host.process.env(variable);
  if (text === undefined || text === "") return [];
  const names = fromJsSlon(`{"names":${text}}`)?.names;
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string"))
    throw `${variable} must be a list of tool names, as JSON or SLON: ["a","b"], not '${text}'`;
  return names;
}

/** The value of an arg, or of the environment variable that may stand for it. */
export function given(args: AnyMap, name: string, variable: string, otherwise?: string): string | undefined {
  const value = args[name] ?? world.host.process.env(variable);
  return value === undefined || value === "" ? otherwise : String(value);
}

/** Logs a call, if `audit` asks for it. */
export function auditor(
  args: AnyMap,
  info: AnyMap,
  write: (line: string) => void,
): (tool: string, input: any, request?: RequestMap) => void {
  if (toBoolean(given(args, "audit", "OJOB_MCP_AUDIT", "false")) !== true) return () => undefined;
  return (tool, input, request) => {
    const entry: AnyMap = { server: info.serverInfo?.name, tool, args: isMap(input) ? input : {} };
    const { header = {} } = request ?? {};
    const client = { ip: header["x-forwarded-for"]?.split(",")[0] ?? header["remote-addr"], ua: header["user-agent"] };
    for (const [key, value] of Object.entries(client)) if (value !== undefined) entry[key] = oneLine(value);
    write(`[audit] ${toSlon(entry)}`);
  };
}

/** Headers are the client's: they must not make lines of the log. */
function oneLine(text: string): string {
  return text
    .replace(/[\r\n]/g, " ")
    .trim()
    .slice(0, 256);
}
