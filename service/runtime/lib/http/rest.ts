import { contentLength, parsed, perform, performHead, performUpload, type RestCall } from "./calls.js";
import { Rest } from "./chain.js";
import { defaults, HttpClient, type HttpOptions, type HttpResult } from "./client.js";

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

export function upload(...args: any[]): HttpResult {
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

export const $rest = (options?: unknown) => new Rest(options);

export const httpSetDefaultTimeout = (ms: number) => {
  defaults.timeoutMs = ms;
};

export const __setUserAgent = (agent?: string) => {
  defaults.userAgent = agent ?? defaults.userAgent;
};

export const connectionFactory = () => new HttpClient();

export const getContentLength = (
  url: string,
  login?: unknown,
  pass?: unknown,
  connectMs?: number,
  headers?: object,
  client?: HttpClient,
) => contentLength({ url: String(url), login, pass, connectMs, headers, client });

export const getUrl = reading(send("GET"));

export const getJson = reading(read("GET"));

export const postUrl = writing(send("POST"));

export const postJson = writing(read("POST"));

export const putUrl = writing(send("PUT"));

export const putJson = writing(read("PUT"));

export const patchUrl = writing(send("PATCH"));

export const patchJson = writing(read("PATCH"));

export const deleteUrl = reading(send("DELETE"));

export const deleteJson = reading(read("DELETE"));

export const uploadJson = (...args: any[]) => parsed(upload(...args));

export const headUrl = (
  url: string,
  index?: object,
  login?: unknown,
  pass?: unknown,
  connectMs?: number,
  headers?: object,
  _urlEncode?: boolean,
  client?: HttpClient,
  options?: HttpOptions,
) => performHead({ url: String(url), index, login, pass, connectMs, headers, client, options });
