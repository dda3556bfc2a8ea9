import { createHash, createHmac } from "node:crypto";

/** Seconds of a window of scheme v1. */
export const V1_WINDOW_S = 120;
/** How far the date of a v2 signature may be from the node's clock, s. */
export const V2_TOLERANCE_S = 300;

/** Headers of scheme v2. */
export const v2Headers = {
  signature: "x-rojob-signature",
  date: "x-rojob-date",
  nonce: "x-rojob-nonce",
  keyId: "x-rojob-key",
} as const;

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

/** What scheme v1 signs. */
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

/** What scheme v2 signs. */
export interface V2Input {
  apiKey: string;
  method: string;
  /** Path and query as sent. */
  target: string;
  body: Uint8Array | string;
  /** SHA-256 of the body, where it is known already: lower-case hex. */
  bodyHash?: string;
  /** Seconds since the epoch, in decimal digits. */
  date: string;
  /** 16 to 64 characters of `A-Z a-z 0-9 - _`, new for each request. */
  nonce: string;
}

/** Names a key without telling it: the first 16 hex digits of SHA-256 of `rojob-key-id:` and the key. */
export function keyIdOf(apiKey: string): string {
  return sha256Hex(`rojob-key-id:${apiKey}`).slice(0, 16);
}

/** Percent-encoding of RFC 3986: all but its unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The query in the one form that v2 signs, whatever the encoding on the way: each name and value decoded (`+` is a
 * space) and encoded again by RFC 3986, `name=value` also where the `=` was left out, sorted by encoded name, equal
 * names in their order (of a repeated argument the first counts), joined by `&`. Empty parts are dropped.
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
 * The text that scheme v2 signs: eight lines, joined by a line feed, none after the last.
 *
 * ```
 * rojob-v2
 * METHOD                     in capitals
 * PATH                       as sent, not decoded, without the query
 * QUERY                      see {@link canonicalQuery}; empty when there is none
 * SHA-256 of the body        lower-case hex, of the bytes as sent
 * DATE                       x-rojob-date: seconds since the epoch
 * NONCE                      x-rojob-nonce
 * KEY ID                     x-rojob-key, see {@link keyIdOf}
 * ```
 *
 * The signature is the lower-case hex of HMAC-SHA256 with the API key (UTF-8) as key. A node accepts a date within 300 s
 * of its clock and each nonce once; nonces are remembered by a node, not by its cluster, and not beyond its end.
 */
export function canonicalV2(input: Omit<V2Input, "apiKey"> & { keyId: string }): string {
  const [path, query] = cut(input.target, "?");
  return [
    "rojob-v2",
    input.method.toUpperCase(),
    path,
    canonicalQuery(query),
    input.bodyHash ?? sha256Hex(input.body),
    input.date,
    input.nonce,
    input.keyId,
  ].join("\n");
}

/** The four headers of scheme v2 for a request. */
export function signV2(input: V2Input): Record<(typeof v2Headers)[keyof typeof v2Headers], string> {
  const keyId = keyIdOf(input.apiKey);
  return {
    [v2Headers.signature]: hmac(input.apiKey, canonicalV2({ ...input, keyId })).toString("hex"),
    [v2Headers.date]: input.date,
    [v2Headers.nonce]: input.nonce,
    [v2Headers.keyId]: keyId,
  } as Record<(typeof v2Headers)[keyof typeof v2Headers], string>;
}

/** HMAC-SHA256 of a v2 canonical text. */
export function v2Signature(apiKey: string, canonical: string): Buffer {
  return hmac(apiKey, canonical);
}
