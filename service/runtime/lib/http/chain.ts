import { passInterrupt, waitUntil } from "../../base/scheduler.js";
import { asStream } from "../../base/values/errors.js";
import { isBoolean, isFunction, isMap, isNull, isNumber, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { merge } from "../maps/merge.js";
import { InputStream } from "../streams/input.js";
import { threadBox } from "../threads/timebox.js";
import {
  exceptionParse,
  parsed,
  perform,
  performHead,
  performUpload,
  type RestCall,
  writeIndexes,
  writeQuery,
} from "./calls.js";
import type { HttpClient, HttpOptions } from "./client.js";

/** Options of `$rest`. */
export interface RestOptions {
  default?: Record<string, any>;
  throwExceptions?: boolean;
  preAction?: (call: PreAction) => any;
  uriQuery?: boolean;
  urlEncode?: boolean;
  downloadResume?: boolean;
  retry?: number;
  retryWait?: number;
  timeout?: number;
  connectionTimeout?: number;
  stopWhen?: (isDone: boolean) => boolean;
  login?: unknown;
  pass?: unknown;
  options?: HttpOptions;
  requestHeaders?: Record<string, any>;
  httpClient?: HttpClient;
}

/** The parts of a request that `preAction` may change. */
interface PreAction {
  aBaseURL: string;
  aIdxMap: Record<string, any>;
  aDataRowMap?: unknown;
  login: unknown;
  pass: unknown;
  conTimeout: number | undefined;
  reqHeaders: Record<string, any> | undefined;
  urlEncode: boolean | undefined;
  httpClient: HttpClient | undefined;
  retBytes: boolean | undefined;
  options: HttpOptions | undefined;
  aVerb: string;
}

type Send = (call: RestCall) => any;

const RETRY_WAIT_MS = 1_500;

const tests: [keyof RestOptions, (value: unknown) => boolean, string][] = [
  ["default", isMap, "default is not a map"],
  ["throwExceptions", isBoolean, "throwExceptions is not a boolean"],
  ["preAction", isFunction, "preAction is not a function"],
  ["uriQuery", isBoolean, "uriQuery is not a boolean"],
  ["downloadResume", isBoolean, "downloadResume is not a boolean"],
  ["retry", isNumber, "retry is not a number"],
  ["retryWait", isNumber, "retryWait is not a number"],
  ["options", isMap, "options is not a map"],
  ["requestHeaders", isMap, "requestHeaders is not a map"],
];

/** The client `$rest(options)` gives: one method a verb. */
export class Rest {
  private readonly options: RestOptions;

  /** @throws text when an option is of the wrong type */
  constructor(options?: unknown) {
    if (!isUnDef(options) && !isMap(options)) throw "aOptions is not a map";
    this.options = { ...options };
    for (const [name, isRight, message] of tests)
      if (!isUnDef(this.options[name]) && !isRight(this.options[name])) throw message;
    this.options.requestHeaders ??= { Accept: "*/*" };
  }

  get = (url: string, index?: object): any => this.call("get", plain("GET"), url, undefined, index);
  delete = (url: string, index?: object): any => this.call("delete", plain("DELETE"), url, undefined, index);
  head = (url: string, index?: object): any => this.call("head", performHead, url, undefined, index);
  post = (url: string, data?: unknown, index?: object): any => this.call("post", plain("POST"), url, data, index);
  put = (url: string, data?: unknown, index?: object): any => this.call("put", plain("PUT"), url, data, index);
  patch = (url: string, data?: unknown, index?: object): any => this.call("patch", plain("PATCH"), url, data, index);

  get2Stream = (url: string, index?: object): any => this.call("get", raw("GET"), url, undefined, index, true);
  delete2Stream = (url: string, index?: object): any => this.call("delete", raw("DELETE"), url, undefined, index, true);
  post2Stream = (url: string, data?: unknown, index?: object): any =>
    this.call("post", raw("POST"), url, data, index, true);
  put2Stream = (url: string, data?: unknown, index?: object): any =>
    this.call("put", raw("PUT"), url, data, index, true);
  patch2Stream = (url: string, data?: unknown, index?: object): any =>
    this.call("patch", raw("PATCH"), url, data, index, true);

  postUpload = (url: string, data?: unknown, index?: object): any =>
    this.call("post", upload("POST"), url, data, index);
  putUpload = (url: string, data?: unknown, index?: object): any => this.call("put", upload("PUT"), url, data, index);
  patchUpload = (url: string, data?: unknown, index?: object): any =>
    this.call("patch", upload("PATCH"), url, data, index);
  postUpload2Stream = (url: string, data?: unknown, index?: object): any =>
    this.call("post", upload("POST"), url, data, index, true);
  putUpload2Stream = (url: string, data?: unknown, index?: object): any =>
    this.call("put", upload("PUT"), url, data, index, true);
  patchUpload2Stream = (url: string, data?: unknown, index?: object): any =>
    this.call("patch", upload("PATCH"), url, data, index, true);

  get2File = (file: string, url: string, index?: object): void =>
    this.toFile(file, "get", raw("GET"), url, undefined, index);
  delete2File = (file: string, url: string, index?: object): void =>
    this.toFile(file, "delete", raw("DELETE"), url, undefined, index);
  post2File = (file: string, url: string, data?: unknown, index?: object): void =>
    this.toFile(file, "post", raw("POST"), url, data, index);
  put2File = (file: string, url: string, data?: unknown, index?: object): void =>
    this.toFile(file, "put", raw("PUT"), url, data, index);
  patch2File = (file: string, url: string, data?: unknown, index?: object): void =>
    this.toFile(file, "patch", raw("PATCH"), url, data, index);

  query = (map?: unknown): string => writeQuery(map);
  index = (map?: unknown): string => writeIndexes(map);

  /** Calls a service as the options say; without `throwExceptions` a failure is the value `{ error: … }`. */
  private call(verb: string, send: Send, url: string, data: unknown, index: unknown, asStream?: boolean): any {
    const { uriQuery, retry = 0, retryWait = RETRY_WAIT_MS, throwExceptions } = this.options;
    if (!isUnDef(index) && !isMap(index)) throw "aIdxMap is not a map";
    let parts = index ?? {};
    let target = String(url);
    if (uriQuery) {
      target += `?${writeQuery(parts)}`;
      parts = {};
    }
    for (let left = Number(retry) - 1; ; left--) {
      try {
        return this.once(verb, send, target, data, parts, asStream);
      } catch (error) {
        passInterrupt(error);
        if (left > 0) waitUntil(() => false, Number(retryWait));
        else if (throwExceptions) throw error;
        else return merge({ error: exceptionParse(error) }, this.options.default ?? {});
      }
    }
  }

  private once(
    verb: string,
    send: Send,
    url: string,
    data: unknown,
    index: Record<string, any>,
    asStream?: boolean,
  ): any {
    const { timeout, stopWhen, throwExceptions } = this.options;
    const work = (): any => send(this.prepared(verb, url, data, index, asStream));
    if (isUnDef(timeout) && isUnDef(stopWhen)) return work();
    let result: any;
    const how = threadBox(
      () => {
        result = work();
      },
      timeout,
      stopWhen,
    );
    if (how === true) return result;
    if (throwExceptions) throw how;
    return this.options.default ?? {};
  }

  private prepared(verb: string, url: string, data: unknown, index: Record<string, any>, asStream?: boolean): RestCall {
    const { login, pass, connectionTimeout, requestHeaders, urlEncode, httpClient, options, preAction } = this.options;
    let call: PreAction = {
      aBaseURL: url,
      aIdxMap: index,
      ...(isUnDef(data) ? {} : { aDataRowMap: data }),
      login,
      pass,
      conTimeout: connectionTimeout,
      reqHeaders: requestHeaders,
      urlEncode,
      httpClient,
      retBytes: asStream,
      options,
      aVerb: verb,
    };
    if (preAction !== undefined) {
      const changed = preAction({ ...call });
      if (!isNull(changed)) call = changed;
    }
    return {
      url: call.aBaseURL,
      index: call.aIdxMap,
      data: call.aDataRowMap,
      login: call.login,
      pass: call.pass,
      connectMs: call.conTimeout,
      headers: call.reqHeaders,
      urlEncode: call.urlEncode,
      client: call.httpClient,
      asStream,
      options: call.options,
    };
  }

  /** The body of a good reply goes to the file as it comes. */
  private toFile(file: string, verb: string, send: Send, url: string, data: unknown, index: unknown): void {
    const path = String(file);
    const stat = world.host.files.stat(path);
    const resume = this.options.downloadResume === true && stat !== "";
    if (resume)
      this.options.requestHeaders = { ...this.options.requestHeaders, Range: `bytes=${JSON.parse(stat).size}-` };
    asStream(path, () => world.host.files.write(path, "", resume));
    const save: Send = (call) => send({ ...call, options: { ...call.options, toFile: path, append: resume } });
    const result = this.call(verb, save, url, data, index, true);
    if (result instanceof InputStream) return;
    throw (isMap(result) && result.error) || `nothing was written to ${path}: ${url} gave no good reply`;
  }
}

function plain(verb: string): Send {
  return (call) => parsed(perform(verb, call));
}

function raw(verb: string): Send {
  return (call) => perform(verb, call);
}

function upload(verb: string): Send {
  return (call) => performUpload(verb, call);
}
