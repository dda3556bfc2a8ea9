import type { HttpParams } from "../../base/operations.js";
import { decode, encode, type JavaBytes, join, toHost, toJava } from "../../base/values/bytes.js";
import { JavaObject } from "../../base/values/object.js";
import { isByteArray, isFunction, isMap, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { jsonParse, stringify } from "../data/json.js";
import { BytesInput, InputStream } from "../streams/input.js";
import { exchange, type Reply } from "./exchange.js";
import { parseUrl } from "./url.js";

/** Form of the result: text, bytes or a stream of the body. */
export type HttpResult =
  | { responseCode: number; contentType?: string; response?: any; responseBytes?: JavaBytes }
  | InputStream;

/** Further settings of a request, as job code gives them. */
export interface HttpOptions {
  timeout?: number;
  readTimeout?: number;
  callTimeout?: number;
  followRedirects?: boolean;
  delayBuild?: boolean;
  /** Ours: the body goes to this file. */
  toFile?: string;
  append?: boolean;
}

const DEFAULT_READ_MS = 10_000;
/** Requests of one call when the server asks for a login: the first, and two more. */
const MOST_TRIES = 3;
export const defaults: { timeoutMs?: number; userAgent: string } = { userAgent: "Mozilla/5.0 (compatible; rojob)" };

/** A client that remembers its login and its last reply (`ow.obj.http`). Replies of 400 and more are thrown as text. */
export class HttpClient {
  outputObj: HttpResult | undefined;
  private reply: Reply | undefined;
  private throws = true;
  private isForced = false;
  private user: string | undefined;
  private pass: string | undefined;
  private part: { name?: string; from: unknown } | undefined;
  private readonly options: HttpOptions;
  private readonly connectMs: number | undefined;

  constructor(
    url?: string,
    verb?: string,
    body?: unknown,
    headers?: object,
    isBytes?: boolean,
    timeoutMs?: number,
    asStream?: boolean,
    options?: HttpOptions,
  ) {
    this.options = options ?? {};
    this.connectMs = timeoutMs;
    if (!isUnDef(url) && !this.options.delayBuild) this.exec(url, verb, body, headers, isBytes, timeoutMs, asStream);
  }

  /** Without `url` (or with `isForced`) the login is sent with the first request, otherwise when the server asks. */
  login(user: unknown, pass: unknown, isForced?: boolean, url?: string): void {
    this.user = String(user);
    this.pass = String(pass);
    this.isForced = isUnDef(url) ? true : Boolean(isForced);
  }

  /** The next request without data sends this file (a path or a stream) as a form with one part. */
  upload(name: string, from: unknown): void {
    this.part = { name, from };
  }

  setThrowExceptions(should: boolean): void {
    this.throws = should;
  }

  setConfig(): void {}

  /** @throws JavaException when there is no reply, text when its status is 400 or more */
  exec(
    url: unknown,
    verb: unknown = "GET",
    body?: unknown,
    headers?: unknown,
    isBytes?: boolean,
    timeoutMs?: unknown,
    asStream?: boolean,
    options?: HttpOptions,
  ): HttpResult {
    if (isUnDef(url)) throw "aURL not defined or assigned";
    if (!isString(url)) throw "aURL is not a string";
    if (!isUnDef(headers) && !isMap(headers)) throw "aRequestMap is not a map";
    this.reply = undefined;
    this.outputObj = undefined;
    const method = methodOf(verb);
    const request: HttpParams = {
      method,
      url,
      headers: { "User-Agent": defaults.userAgent },
      ...this.timeouts(timeoutMs, options),
      followRedirects: this.options.followRedirects,
      toFile: options?.toFile,
      append: options?.append,
    };
    for (const name of Object.keys((headers as object) ?? {}))
      setHeader(request.headers, name, String((headers as any)[name]));
    const data = this.bodyOf(method, body, request.headers);
    if (this.isForced && this.user !== undefined) setHeader(request.headers, "Authorization", this.credentials());
    this.reply = exchange(request, data);
    for (let tries = 1; this.reply.status === 401 && this.user !== undefined && tries < MOST_TRIES; tries++) {
      setHeader(request.headers, "Authorization", this.credentials());
      this.reply = exchange(request, data);
    }
    return this.result(url, Boolean(isBytes), Boolean(asStream));
  }

  get(
    url: string,
    body?: unknown,
    headers?: object,
    isBytes?: boolean,
    timeoutMs?: number,
    asStream?: boolean,
    options?: HttpOptions,
  ): HttpResult {
    return this.exec(url, "GET", body, headers, isBytes, timeoutMs, asStream, options);
  }

  getBytes(url: string, body?: unknown, headers?: object, timeoutMs?: number, options?: HttpOptions): HttpResult {
    return this.exec(url, "GET", body, headers, true, timeoutMs, false, options);
  }

  getStream(url: string, body?: unknown, headers?: object, timeoutMs?: number, options?: HttpOptions): HttpResult {
    return this.exec(url, "GET", body, headers, false, timeoutMs, true, options);
  }

  post(
    url: string,
    body?: unknown,
    headers?: object,
    _isBytes?: boolean,
    timeoutMs?: number,
    _asStream?: boolean,
    options?: HttpOptions,
  ): HttpResult {
    return this.exec(url, "POST", body, headers, false, timeoutMs, true, options);
  }

  head(
    url: string,
    body?: unknown,
    headers?: object,
    isBytes?: boolean,
    timeoutMs?: number,
  ): Record<string, any> | undefined {
    this.exec(url, "HEAD", body, headers, isBytes, timeoutMs);
    return this.responseHeaders();
  }

  /** Result of the last request; with `parsed` its text read as JSON. */
  getErrorResponse(parsed?: boolean): any {
    const last = this.outputObj;
    if (last instanceof InputStream) return parsed ? last : decode(this.reply!.body);
    if (!parsed || last === undefined) return last;
    if (!isUnDef(last.response)) last.response = jsonParse(last.response);
    if (!isUnDef(last.responseBytes)) last.response = jsonParse(decode(toHost(last.responseBytes)));
    return last;
  }

  getResponse = (): HttpResult | undefined => this.outputObj;
  response = (): string | undefined => this.reply && decode(this.reply.body);
  responseBytes = (): JavaBytes | undefined => this.reply && toJava(this.reply.body);
  responseCode = (): number | undefined => this.reply?.status;
  responseStream = (): InputStream | undefined => this.reply && new BytesInput(this.reply.body);
  close = (): void => undefined;

  responseType = (): string | undefined => {
    const type = this.reply?.headers["content-type"];
    return Array.isArray(type) ? type[0] : type;
  };

  /** Names in lower case and in order; a name that came several times has an array. */
  responseHeaders = (): Record<string, any> | undefined => {
    const headers = this.reply?.headers;
    if (headers === undefined) return undefined;
    return Object.fromEntries(
      Object.keys(headers)
        .sort()
        .map((name) => [name, headers[name]]),
    );
  };

  private timeouts(timeoutMs: unknown, options: HttpOptions = {}): Partial<HttpParams> {
    const connectTimeoutMs = isNumber(timeoutMs) ? Number(timeoutMs) : (defaults.timeoutMs ?? this.connectMs);
    const all = options.timeout ?? this.options.callTimeout ?? this.options.timeout;
    return { connectTimeoutMs, timeoutMs: all, readTimeoutMs: this.options.readTimeout ?? all ?? DEFAULT_READ_MS };
  }

  private bodyOf(method: string, body: unknown, headers: Record<string, string>): Uint8Array | undefined {
    if (method === "GET" || method === "HEAD" || method === "DELETE") return undefined;
    if (!isUnDef(body)) return isByteArray(body) ? toHost(body) : encode(String(body));
    const part = this.part;
    this.part = undefined;
    if (part !== undefined) return multipart(part, headers);
    setHeader(headers, "Content-Type", "application/json; charset=utf-8");
    return new Uint8Array(0);
  }

  private credentials(): string {
    return `Basic ${decode(encode(`${this.user}:${this.pass}`), "base64")}`;
  }

  private result(url: string, isBytes: boolean, asStream: boolean): HttpResult {
    const { status, body } = this.reply!;
    const head = { responseCode: status, contentType: this.responseType() };
    if (asStream) this.outputObj = new BytesInput(body);
    else if (isBytes) this.outputObj = { ...head, responseBytes: toJava(body) };
    else this.outputObj = { ...head, response: decode(body) };
    if (status >= 400 && this.throws) {
      const why = stringify(this.getErrorResponse());
      if (status === 404 || status === 410) throw `FileNotFoundException ${url}; response = ${why}`;
      throw `IOException Server returned HTTP response code: ${status} for URL: ${url}; response = ${why}`;
    }
    return this.outputObj;
  }
}

function methodOf(verb: unknown): string {
  const method = String(verb).toUpperCase();
  return ["GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "TRACE", "OPTIONS"].includes(method) ? method : "GET";
}

function setHeader(headers: Record<string, string>, name: string, value: string): void {
  for (const key of Object.keys(headers)) if (key.toLowerCase() === name.toLowerCase()) delete headers[key];
  headers[name] = value;
}

/** One file as a form (RFC 7578). */
function multipart(
  { name = "file", from }: { name?: string; from: unknown },
  headers: Record<string, string>,
): Uint8Array {
  const isStream = from instanceof JavaObject && isFunction((from as any).readAllBytes);
  const data = isStream ? toHost((from as any).readAllBytes()) : world.host.files.read(String(from));
  const boundary = world.host.bytes.uuid();
  const fileName = isStream ? name : String(from);
  const type = Object.keys(headers).find((key) => key.toLowerCase() === "content-type");
  const partType = type === undefined ? "application/octet-stream" : headers[type];
  setHeader(headers, "Content-Type", `multipart/form-data; boundary=${boundary}`);
  const lines = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${name}"; filename="${fileName.replace(/"/g, "%22")}"`,
    `Content-Type: ${partType}`,
    `Content-Length: ${data.length}`,
  ];
  return join([encode(`${lines.join("\r\n")}\r\n\r\n`), data, encode(`\r\n--${boundary}--\r\n`)]);
}

/** The login a URL carries (`http://user:pass@host`). */
export function loginOf(url: string): { login?: string; pass?: string } {
  return parseUrl(url);
}
