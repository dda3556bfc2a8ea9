import { jobScope } from "../../base/job-scope.js";
import { runSteps } from "../../base/scheduler.js";
import { isFunction, isMap } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { clone } from "../../lib/maps/merge.js";
import { HttpTransport, LocalTransport, type Message, ProcessTransport, type Transport } from "./transports.js";

type Options = Record<string, any>;

const PROTOCOL = "2024-11-05";
const TIMEOUT_MS = 60_000;

/** A client of a server of the Model Context Protocol (`$mcp`). */
export class McpClient {
  private transport: Transport | undefined;
  private info: any;
  private lastId = 0;
  private readonly options: Options;

  /** @param options `type` (stdio, remote, http, sse, dummy, ojob), `cmd` or `url`, `timeout`, `auth`, `blacklist`, … */
  constructor(options: Options = {}) {
    this.options = { ...options, type: options.type ?? (options.url === undefined ? "stdio" : "remote") };
  }

  type(type: string): this {
    this.options.type = type;
    return this;
  }

  url(url: string): this {
    this.options.url = url;
    return this.type("remote");
  }

  sh(command: string | string[]): this {
    this.options.cmd = command;
    return this.type("stdio");
  }

  /** Greets the server. @throws Error when it refuses */
  initialize(clientInfo: object = {}): this {
    const info = { name: "rojob", version: "1.0.0", ...this.options.clientInfo, ...clientInfo };
    const protocolVersion = this.options.protocolVersion ?? PROTOCOL;
    const answer = this.exec("initialize", { protocolVersion, capabilities: { sampling: {} }, clientInfo: info });
    if (!isMap(answer) || answer.error !== undefined)
      throw new Error(`MCP initialization failed: ${(answer as any)?.error?.message ?? JSON.stringify(answer)}`);
    this.info = answer;
    if (this.options.strict !== false)
      this.connected().send({ jsonrpc: "2.0", method: "notifications/initialized", params: {} });
    return this;
  }

  getInfo = (): any => this.info;
  getClientInfo = (): object => ({ type: this.options.type, url: this.options.url, initialize: clone(this.info) });

  listTools(): any {
    this.needGreeting();
    const list: any = this.exec("tools/list", {});
    if (!Array.isArray(list?.tools)) return list;
    return { ...list, tools: list.tools.filter(({ name }: any) => !this.isBlocked(name)) };
  }

  /** @param options `requestHeaders` of this call, for servers behind a URL */
  callTool(name: string, input: object = {}, options: Options = {}): any {
    this.needGreeting();
    if (this.isBlocked(name)) throw new Error(`MCP tool '${name}' is blacklisted.`);
    const { preFn, posFn } = this.options;
    if (isFunction(preFn)) preFn(name, input);
    const result = this.exec("tools/call", { name, arguments: input }, options.requestHeaders);
    if (isFunction(posFn)) posFn(name, input, result);
    return result;
  }

  listPrompts(): any {
    this.needGreeting();
    return this.exec("prompts/list", {});
  }

  getPrompt(name: string, input: object = {}): any {
    this.needGreeting();
    return this.exec("prompts/get", { name, arguments: input });
  }

  /** The result of any method; what the server refuses is `{ error }`. */
  exec(method: string, params: unknown = {}, headers?: Record<string, string>): any {
    const message: Message = { jsonrpc: "2.0", id: ++this.lastId, method, params };
    if (this.options.debug) jobScope.printErr(`-> ${JSON.stringify(message)}`);
    const answer = this.connected().send(message, headers);
    if (this.options.debug) jobScope.printErr(`<- ${JSON.stringify(answer)}`);
    return answer?.error === undefined ? answer?.result : { error: answer.error };
  }

  destroy(): void {
    this.transport?.close();
    this.transport = undefined;
    this.info = undefined;
  }

  private needGreeting(): void {
    if (this.info === undefined) throw new Error("MCP client not initialized. Call initialize() first.");
  }

  private isBlocked(name: string): boolean {
    return [this.options.blacklist ?? []].flat().includes(name);
  }

  private connected(): Transport {
    this.transport ??= connect(this.options);
    return this.transport;
  }
}

/** @throws Error for what is missing, or not known */
function connect(options: Options): Transport {
  const timeoutMs = Number(options.timeout ?? TIMEOUT_MS);
  switch (options.type) {
    case "stdio":
      if (options.cmd === undefined)
        throw new Error("$mcp: a server of type stdio needs cmd, the command that starts it");
      return new ProcessTransport(options.cmd, timeoutMs);
    case "remote":
    case "http":
    case "sse":
      if (options.url === undefined) throw new Error(`$mcp: a server of type ${options.type} needs its url`);
      return new HttpTransport(String(options.url), timeoutMs, {
        ...options.options?.requestHeaders,
        ...authOf(options.auth),
      });
    case "dummy":
      return new LocalTransport(localMethods(options.options ?? {}));
    case "ojob":
      return new LocalTransport(jobMethods(options.options ?? {}));
    default:
      throw new Error(`$mcp: there is no type '${options.type}'; there are stdio, remote, http, sse, dummy, ojob`);
  }
}

function authOf(auth: Options | undefined): Record<string, string> {
  if (auth === undefined || auth === null) return {};
  if (auth.type !== undefined && auth.type !== "bearer")
    throw new Error(`$mcp: auth of type '${auth.type}' is not available in the embedded engine; bearer is`);
  return { Authorization: `${auth.tokenType ?? "Bearer"} ${auth.token}` };
}

function localMethods({
  fns = {},
  fnsMeta = {},
  serverInfo,
  capabilities,
}: Options): Record<string, (params: any) => unknown> {
  return {
    initialize: () => ({
      protocolVersion: PROTOCOL,
      serverInfo: serverInfo ?? { name: "rojob", version: "1.0.0" },
      capabilities: capabilities ?? { tools: {} },
    }),
    "tools/list": () => ({
      tools: Object.keys(fns).map((name) => ({ description: "No description available", ...fnsMeta[name], name })),
    }),
    "tools/call": ({ name, arguments: input }) => {
      if (!isFunction(fns[name]))
        return { content: [{ type: "text", text: `Tool not found: ${name}` }], isError: true };
      return fns[name](input);
    },
    "prompts/list": () => ({ prompts: [] }),
  };
}

/** The jobs of a file that say in `fnsMeta` (or in the entries `init` names) what they do are its tools. */
function jobMethods(options: Options): Record<string, (params: any) => unknown> {
  if (options.job === undefined)
    throw new Error("$mcp: a server of type ojob needs options.job, the file with its jobs");
  const jobs = world.engine().addJobs(String(options.job), options.args);
  const run = (job: any, args: any): any => runSteps(world.engine().runJob(job, args));
  for (const job of [options.init ?? []].flat()) run(job, options.args);
  const fns: Options = {};
  const fnsMeta: Options = { ...options.fnsMeta };
  for (const job of jobs) {
    if (!isMap(job.fnsMeta)) continue;
    fns[job.name] = (input: object) => run(job.name, input);
    fnsMeta[job.name] ??= job.fnsMeta;
  }
  for (const [name, fn] of Object.entries(options.fns ?? {}))
    fns[name] = isFunction(fn) ? fn : (input: object) => run(fn, input);
  return localMethods({ ...options, fns, fnsMeta });
}
