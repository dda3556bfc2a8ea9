import { createHash, createHmac } from "node:crypto";

/** Seconds of a window of scheme v1. */
export const V1_WINDOW_S = 120;
/** Largest difference between the date of a v2 signature and the node's clock, s. */
export const V2_TOLERANCE_S = 300;

/** Headers of scheme v2. */
export const v2Headers = {
  signature: "x-rojob-signature",
  date: "x-rojob-date",
  nonce: "x-rojob-nonce",
  keyId: "x-rojob-key",
  to: "x-rojob-to",
  covers: "x-rojob-covers",
} as const;

/** Prefix of the receiver of a signature for any node of a cluster: `cluster:CNAME`. */
export const FOR_CLUSTER = "cluster:";
/** The same for a receiver of callbacks, which is no node: `callback:host:port`. */
export const FOR_CALLBACK = "callback:";

/** Headers that change the meaning of a request: when present they have to be covered. */
export const semanticHeaders = ["prefer", "idempotency-key", "content-encoding", "last-event-id", "accept"] as const;

const hmac = (key: Buffer | string, message: string): Buffer => createHmac("sha256", key).update(message).digest();

/** Lower-case hex of SHA-256; text counts as UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Number of the two-minute window of scheme v1 that a time (ms since the epoch) falls into. */
export function v1Window(epochMs: number): number {
  return Math.floor(epochMs / (V1_WINDOW_S * 1000));
}

/** The key of one window: the first step of scheme v1, the same for all its requests. */
export function v1WindowKey(apiKey: string, window: number | string): Buffer {
  return hmac(`roJob${apiKey}`, String(window));
}

/** The last two steps of scheme v1. */
export function v1Signature(windowKey: Buffer, uri: string, dataSha256Hex: string): Buffer {
  return hmac(hmac(windowKey, uri), dataSha256Hex);
}

/** Input of a v1 signature. */
export interface V1Input {
  apiKey: string;
  /** Number of the window, see {@link v1Window}. */
  window: number | string;
  /** Path and query as sent, with the `?` even when nothing follows it. */
  uri: string;
  /** The body; trailing spaces, tabs and line ends do not count. */
  data: string;
}

/** Value of the header `auth` of scheme v1, that of the original service's clients. */
export function signV1(input: V1Input): string {
  const data = sha256Hex(input.data.replace(/[\n \t\r]+$/, ""));
  return v1Signature(v1WindowKey(input.apiKey, input.window), input.uri, data).toString("hex");
}

/** Input of a v2 signature. */
export interface V2Input {
  apiKey: string;
  method: string;
  /** Receiver: `host:port` as in the URL, without the port when it is that of the scheme; or `cluster:CNAME`. */
  to: string;
  /** Path and query as sent. */
  target: string;
  body: Uint8Array | string;
  /** Further headers that are covered, with the values they are sent with; names in lower case. */
  headers?: Readonly<Record<string, string>>;
  /** SHA-256 of the body, where it is known already: lower-case hex. */
  bodyHash?: string;
  /** Seconds since the epoch, in decimal digits. */
  date: string;
  /** 16 to 64 characters of `A-Z a-z 0-9 - _`, new for each request. */
  nonce: string;
}

/** Identifies a key without revealing it: the first 16 hex digits of SHA-256 of `rojob-key-id:` and the key. */
export function keyIdOf(apiKey: string): string {
  return sha256Hex(`rojob-key-id:${apiKey}`).slice(0, 16);
}

/** Percent-encoding of RFC 3986: all but its unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The canonical form of a query, for v2: each name and value decoded (`+` is a space) and encoded again by RFC 3986,
 * `name=value` also where the `=` was left out, sorted by encoded name, equal names in their order (of a repeated
 * argument the first counts), joined by `&`. Empty parts are dropped.
 *
 * @throws URIError when a part is not percent-encoded UTF-8
 */
export function canonicalQuery(query: string): string {
  const pairs: [string, string][] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const [name, value] = cut(part.replaceAll("+", " "), "=");
    pairs.push([encode(decodeURIComponent(name)), encode(decodeURIComponent(value))]);
  }
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * The text that scheme v2 signs: lines joined by a line feed, none after the last.
 *
 * ```
 * rojob-v2
 * METHOD                     in capitals
 * TO                         x-rojob-to: host:port, or cluster:CNAME
 * PATH                       as sent, not decoded, without the query
 * QUERY                      see {@link canonicalQuery}; empty when there is none
 * SHA-256 of the body        lower-case hex, of the bytes as sent
 * COVERS                     x-rojob-covers: names of covered headers, in lower case, sorted, joined by `;`; may be empty
 * NAME:VALUE                 a line for each of them, in that order; the value without white space around it
 * DATE                       x-rojob-date: seconds since the epoch
 * NONCE                      x-rojob-nonce
 * KEY ID                     x-rojob-key, see {@link keyIdOf}
 * ```
 *
 * The signature is the lower-case hex of HMAC-SHA256 with the API key (UTF-8) as key. A node accepts what is meant for one of
 * its names, or its cluster, with a date within 300 s of its clock, and each nonce once. It refuses headers of
 * {@link semanticHeaders} that are there and not covered.
 */
export function canonicalV2(input: Omit<V2Input, "apiKey"> & { keyId: string }): string {
  const { headers = {} } = input;
  const [path, query] = cut(input.target, "?");
  const names = Object.keys(headers).sort();
  return [
    "rojob-v2",
    input.method.toUpperCase(),
    input.to,
    path,
    canonicalQuery(query),
    input.bodyHash ?? sha256Hex(input.body),
    names.join(";"),
    ...names.map((name) => `${name}:${headers[name]!.trim()}`),
    input.date,
    input.nonce,
    input.keyId,
  ].join("\n");
}

/** The headers of scheme v2 for a request; `x-rojob-covers` is left out when nothing is covered. */
export function signV2(input: V2Input): Record<string, string> {
  const keyId = keyIdOf(input.apiKey);
  const covers = Object.keys(input.headers ?? {}).sort();
  return {
    [v2Headers.signature]: hmac(input.apiKey, canonicalV2({ ...input, keyId })).toString("hex"),
    [v2Headers.date]: input.date,
    [v2Headers.nonce]: input.nonce,
    [v2Headers.keyId]: keyId,
    [v2Headers.to]: input.to,
    ...(covers.length === 0 ? {} : { [v2Headers.covers]: covers.join(";") }),
  };
}

/** HMAC-SHA256 of a v2 canonical text. */
export function v2Signature(apiKey: string, canonical: string): Buffer {
  return hmac(apiKey, canonical);
}
