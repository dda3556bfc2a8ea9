import {
  contentLength,
  exceptionParse,
  parsed,
  perform,
  performHead,
  performUpload,
  type RestCall,
  writeIndexes,
  writeQuery,
} from "../http/calls.js";
import { Rest } from "../http/chain.js";
import { defaults, HttpClient, type HttpOptions, type HttpResult } from "../http/client.js";

/** `$rest`, `ow.obj.rest.*` and `ow.obj.http`: calling HTTP services. */

type Reading = (
  url: string,
  index?: object,
  login?: unknown,
  pass?: unknown,
  connectMs?: number,
  headers?: object,
  client?: HttpClient,
  asStream?: boolean,
  options?: HttpOptions,
) => any;

type Writing = (
  url: string,
  index?: object,
  data?: unknown,
  login?: unknown,
  pass?: unknown,
  connectMs?: number,
  headers?: object,
  urlEncode?: boolean,
  client?: HttpClient,
  asStream?: boolean,
  options?: HttpOptions,
) => any;

function reading(send: (call: RestCall) => any): Reading {
  return (url, index, login, pass, connectMs, headers, client, asStream, options) =>
    send({ url: String(url), index, login, pass, connectMs, headers, client, asStream, options });
}

function writing(send: (call: RestCall) => any): Writing {
  return (url, index, data, login, pass, connectMs, headers, urlEncode, client, asStream, options) =>
    send({ url: String(url), index, data, login, pass, connectMs, headers, urlEncode, client, asStream, options });
}

const send =
  (verb: string) =>
  (call: RestCall): HttpResult =>
    perform(verb, call);
const read =
  (verb: string) =>
  (call: RestCall): any =>
    parsed(perform(verb, call));

function upload(...args: any[]): HttpResult {
  const [url, index, data, login, pass, connectMs, headers, urlEncode, client, asStream, verb = "POST", options] = args;
  return performUpload(verb, {
    url,
    index,
    data,
    login,
    pass,
    connectMs,
    headers,
    urlEncode,
    client,
    asStream,
    options,
  });
}

export const scope = {
  $rest: (options?: unknown) => new Rest(options),
  "ow.obj.http": HttpClient,
  "ow.obj.httpSetDefaultTimeout": (ms: number) => {
    defaults.timeoutMs = ms;
  },
  __setUserAgent: (agent?: string) => {
    defaults.userAgent = agent ?? defaults.userAgent;
  },
  get __OpenAFUserAgent(): string {
    return defaults.userAgent;
  },
  "ow.obj.rest.connectionFactory": () => new HttpClient(),
  "ow.obj.rest.exceptionParse": exceptionParse,
  "ow.obj.rest.getContentLength": (
    url: string,
    login?: unknown,
    pass?: unknown,
    connectMs?: number,
    headers?: object,
    client?: HttpClient,
  ) => contentLength({ url: String(url), login, pass, connectMs, headers, client }),
  "ow.obj.rest.get": reading(send("GET")),
  "ow.obj.rest.jsonGet": reading(read("GET")),
  "ow.obj.rest.create": writing(send("POST")),
  "ow.obj.rest.jsonCreate": writing(read("POST")),
  "ow.obj.rest.set": writing(send("PUT")),
  "ow.obj.rest.jsonSet": writing(read("PUT")),
  "ow.obj.rest.patch": writing(send("PATCH")),
  "ow.obj.rest.jsonPatch": writing(read("PATCH")),
  "ow.obj.rest.remove": reading(send("DELETE")),
  "ow.obj.rest.jsonRemove": reading(read("DELETE")),
  "ow.obj.rest.upload": upload,
  "ow.obj.rest.jsonUpload": (...args: any[]) => parsed(upload(...args)),
  "ow.obj.rest.head": (
    url: string,
    index?: object,
    login?: unknown,
    pass?: unknown,
    connectMs?: number,
    headers?: object,
    _urlEncode?: boolean,
    client?: HttpClient,
    options?: HttpOptions,
  ) => performHead({ url: String(url), index, login, pass, connectMs, headers, client, options }),
  "ow.obj.rest.writeIndexes": writeIndexes,
  "ow.obj.rest.writeQuery": writeQuery,
};
