import { jobScope } from "../../base/job-scope.js";
import { passInterrupt } from "../../base/scheduler.js";
import { toBoolean } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import type { ReplyMap } from "../../features/httpd/reply.js";
import type { RequestMap } from "../../features/httpd/request.js";
import { sha512 } from "../../lib/bytes/hashes.js";
import { HttpClient } from "../../lib/http/client.js";
import type { AnyMap } from "../model/shapes.js";
import { given } from "./mcp-tools.js";

/** Access to an MCP server: for everybody, for bearers of one token, or for those that another service accepts. */
export class Gate {
  /** Name of the header with the credential. */
  readonly header: string;
  private readonly scheme: string;
  private readonly token: string | undefined;
  private readonly url: string | undefined;
  private readonly known = new Map<string, { isGood: boolean; untilMs: number }>();

  constructor(private readonly args: AnyMap) {
    this.header = given(args, "authheader", "OJOB_MCP_AUTH_HEADER", "authorization")!.toLowerCase();
    this.scheme = given(args, "authscheme", "OJOB_MCP_AUTH_SCHEME", "Bearer")!;
    this.token = given(args, "authtoken", "OJOB_MCP_AUTH_TOKEN");
    this.url = given(args, "authapiurl", "OJOB_MCP_AUTH_API_URL");
  }

  get isOpen(): boolean {
    return this.token === undefined && this.url === undefined;
  }

  accepts(request: RequestMap): boolean {
    if (this.isOpen) return true;
    const value = request.header[this.header];
    const credential = value?.toLowerCase().startsWith(`${this.scheme.toLowerCase()} `)
      ? value.slice(this.scheme.length).trim()
      : "";
    if (credential === "") return false;
    return this.url === undefined ? this.isToken(credential) : this.isAccepted(this.url, value!);
  }

  /** Digests are compared, so that the time it takes reveals nothing about the token. */
  private isToken(credential: string): boolean {
    return sha512(credential) === sha512(this.token);
  }

  /** Asks the other service, with the same header. No answer is a refusal. */
  private isAccepted(url: string, value: string): boolean {
    const { nowMs } = world.host.clock;
    const key: string = sha512(value);
    const known = this.known.get(key);
    if (known !== undefined && known.untilMs > nowMs()) return known.isGood;
    const isGood = this.ask(url, value);
    const keepMs = Number(given(this.args, "authapicachettl", "OJOB_MCP_AUTH_API_CACHE_TTL", "0"));
    this.known.clear();
    if (keepMs > 0) this.known.set(key, { isGood, untilMs: nowMs() + keepMs });
    return isGood;
  }

  private ask(url: string, value: string): boolean {
    const method = given(this.args, "authapimethod", "OJOB_MCP_AUTH_API_METHOD", "GET")!;
    const timeoutMs = Number(given(this.args, "authapitimeout", "OJOB_MCP_AUTH_API_TIMEOUT", "5000"));
    try {
      const reply: any = new HttpClient().exec(url, method, "", { [this.header]: value }, false, timeoutMs);
      return reply.responseCode >= 200 && reply.responseCode < 300;
    } catch (error) {
      passInterrupt(error);
      if (this.args.debug) jobScope.logErr(`MCP: ${url} could not be asked for a credential: ${error}`);
      return false;
    }
  }

  refusal(serverName: string): ReplyMap {
    const realm = given(this.args, "authrealm", "OJOB_MCP_AUTH_REALM", serverName);
    const sendsChallenge = toBoolean(given(this.args, "authchallenge", "OJOB_MCP_AUTH_CHALLENGE", "true"));
    return {
      data: JSON.stringify({ jsonrpc: "2.0", error: { code: -32001, message: "Unauthorized" }, id: null }),
      mimetype: "application/json",
      status: 401,
      header: sendsChallenge ? { "WWW-Authenticate": `${this.scheme} realm="${realm}"` } : {},
    };
  }

  /** The request without the credential: jobs do not see it. */
  without(request: RequestMap): RequestMap {
    if (this.isOpen) return request;
    const { [this.header]: _secret, authorization: _other, ...header } = request.header;
    return { ...request, header };
  }
}
