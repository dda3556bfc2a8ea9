import { waitUntil } from "../../base/scheduler.js";
import { decode, encode, toHost } from "../../base/values/bytes.js";
import { isFunction, isMap } from "../../base/values/types.js";
import { jsonParse } from "../../lib/data/json.js";
import { HttpClient } from "../../lib/http/client.js";
import { Command } from "../../lib/process/command.js";

/** Ways to an MCP server. */
export interface Transport {
  /** The answer to `message`; a notification (without id) has none. */
  send(message: Message, headers?: Record<string, string>): Message | undefined;
  close(): void;
}

export interface Message {
  jsonrpc: "2.0";
  id?: number;
  method?: string;
  params?: unknown;
  result?: any;
  error?: any;
}

const NEWLINE = 10;

/** A server at the standard input and output of a process: a message a line. */
export class ProcessTransport implements Transport {
  private readonly command: Command;
  private rest: number[] = [];

  constructor(
    private readonly line: string | string[],
    private readonly timeoutMs: number,
  ) {
    this.command = new Command({ command: line, input: null, output: "keep" });
  }

  send(message: Message): Message | undefined {
    this.command.input.put(encode(`${JSON.stringify(message)}\n`));
    if (message.id === undefined) return undefined;
    for (;;) {
      const answer = jsonParse(this.nextLine());
      // Notifications and requests of the server are not for this client.
      if (isMap(answer) && answer.id === message.id && answer.method === undefined) return answer as unknown as Message;
    }
  }

  close(): void {
    this.command.input.close();
    if (!this.command.wait(1_000)) this.command.kill("SIGKILL");
  }

  private nextLine(): string {
    for (;;) {
      const at = this.rest.indexOf(NEWLINE);
      if (at >= 0) return decode(Uint8Array.from(this.rest.splice(0, at + 1))).trim();
      const name = Array.isArray(this.line) ? this.line.join(" ") : this.line;
      if (!waitUntil(() => this.command.out.hasNews, this.timeoutMs, `the MCP server '${name}'`))
        throw new Error(`MCP server '${name}' did not answer within ${this.timeoutMs} ms`);
      const chunk =
        this.command.out.available() > 0 ? this.command.out.readNBytes(this.command.out.available()) : undefined;
      if (chunk === undefined) {
        const said = this.command.rest("err").trim();
        throw new Error(`MCP server '${name}' has ended${said === "" ? "" : `: ${said}`}`);
      }
      for (const byte of toHost(chunk)) this.rest.push(byte);
    }
  }
}

/** A server behind a URL: a POST a message, answered with JSON or with events. */
export class HttpTransport implements Transport {
  private session: string | undefined;

  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
    private readonly headers: Record<string, string>,
  ) {}

  send(message: Message, more: Record<string, string> = {}): Message | undefined {
    const client = new HttpClient();
    client.setThrowExceptions(false);
    const session = this.session === undefined ? {} : { "Mcp-Session-Id": this.session };
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      ...session,
      ...this.headers,
      ...more,
    };
    client.exec(this.url, "POST", JSON.stringify(message), headers, false, undefined, false, {
      timeout: this.timeoutMs,
    });
    const given = client.responseHeaders()?.["mcp-session-id"];
    if (given !== undefined) this.session = String(given);
    const text = client.response() ?? "";
    const status = client.responseCode() ?? 0;
    const answer = jsonParse(
      client.responseType()?.startsWith("text/event-stream") ? eventData(text, message.id) : text,
    );
    if (message.id === undefined) return undefined;
    if (!isMap(answer) || (answer.result === undefined && answer.error === undefined))
      throw new Error(`MCP server ${this.url} answered ${status}: ${text.slice(0, 200)}`);
    return answer as unknown as Message;
  }

  close(): void {}
}

/** The data of the event that answers. */
function eventData(text: string, id: number | undefined): string {
  const events = text.split(/\r?\n\r?\n/).map((event) =>
    event
      .split(/\r?\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).trimStart())
      .join("\n"),
  );
  return events.find((data) => data !== "" && jsonParse(data)?.id === id) ?? events.find((data) => data !== "") ?? "";
}

/** A server of functions of this run. */
export class LocalTransport implements Transport {
  constructor(private readonly methods: Record<string, (params: any) => unknown>) {}

  send({ id, method, params }: Message): Message | undefined {
    const work = Object.hasOwn(this.methods, method!) ? this.methods[method!] : undefined;
    if (id === undefined) return undefined;
    if (!isFunction(work))
      return { jsonrpc: "2.0", id, error: { code: -32601, message: `Method not found: ${method}` } };
    return { jsonrpc: "2.0", id, result: work(params) };
  }

  close(): void {}
}
