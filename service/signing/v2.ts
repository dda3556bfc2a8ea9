import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ServiceError } from "../base/errors.js";
import { hashOfBody } from "./body-hash.js";
import { canonicalV2, keyIdOf, semanticHeaders, V2_TOLERANCE_S, v2Headers, v2Signature } from "./sign.js";

/** The request of a signature. */
export interface SignedRequest {
  method: string;
  /** Path and query as received. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Properties of the node that a verifier needs. */
export interface V2Reception {
  /** Is it meant for this node? @param to value of `x-rojob-to` */
  isMeant(to: string): boolean;
  /** Stores a nonce. @throws ServiceError `signature_replayed`, `signature_before_start`, `nonces_full` */
  use(nonce: string, dateS: number, nowS: number): void;
}

/** Checks signatures of scheme v2; see `canonicalV2` for the covered parts. */
export class V2Verifier {
  private readonly keyId: string;

  constructor(
    private readonly apiKey: string,
    private readonly reception: V2Reception,
  ) {
    this.keyId = keyIdOf(apiKey);
  }

  /**
   * For a request without the key's signature the only answer is that; before the check only the body is hashed.
   * @throws ServiceError `signature_incomplete`, `signature_expired`, `unknown_key_id`, `bad_signature`,
   *   `signature_for_other`, `signature_before_start`, `signature_replayed`, `nonces_full`
   */
  verify(request: SignedRequest, nowMs = Date.now()): void {
    const { headers } = request;
    const signature = header(headers, v2Headers.signature, /^[0-9a-f]{64}$/i, "64 hexadecimal digits");
    const date = header(headers, v2Headers.date, /^\d{1,12}$/, "seconds since the epoch");
    const nonce = header(headers, v2Headers.nonce, /^[\w-]{16,64}$/, "16 to 64 letters, digits, '-' or '_'");
    const keyId = header(headers, v2Headers.keyId, /^[\w.-]{1,64}$/, "the id of the key");
    const to = header(headers, v2Headers.to, /^[\x21-\x7e]{1,300}$/, "host:port of the node, or cluster:CNAME");
    const covered = coveredHeaders(headers);
    const nowS = Math.floor(nowMs / 1000);
    if (Math.abs(Number(date) - nowS) > V2_TOLERANCE_S) {
      throw new ServiceError("signature_expired", { date, now: nowS, windowS: V2_TOLERANCE_S });
    }
    if (keyId !== this.keyId) throw new ServiceError("unknown_key_id", { keyId });
    const expected = v2Signature(this.apiKey, canonical(request, { to, headers: covered, date, nonce, keyId }));
    if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) {
      throw new ServiceError("bad_signature", { header: v2Headers.signature });
    }
    if (!this.reception.isMeant(to)) throw new ServiceError("signature_for_other", { to });
    this.reception.use(nonce, Number(date), nowS);
  }
}

function canonical(
  { method, target, body }: SignedRequest,
  signed: { to: string; headers: Record<string, string>; date: string; nonce: string; keyId: string },
): string {
  try {
    return canonicalV2({ method, target, body, bodyHash: hashOfBody(body), ...signed });
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new ServiceError("bad_query", { text: target.slice(target.indexOf("?") + 1) }, { cause });
  }
}

/** The headers that a signature covers, with their values; missing ones count as empty. */
function coveredHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const list = headers[v2Headers.covers];
  const names =
    list === undefined
      ? []
      : header(headers, v2Headers.covers, COVERS, "names in lower case, joined by ';'").split(";");
  for (const name of semanticHeaders) {
    if (!names.includes(name) && changesMeaning(name, headers[name])) {
      const expected = `a list with '${name}', which the request has`;
      throw new ServiceError("signature_incomplete", { header: v2Headers.covers, expected });
    }
  }
  return Object.fromEntries(names.map((name) => [name, String(headers[name] ?? "")]));
}

const COVERS = /^[a-z0-9-]{1,64}(?:;[a-z0-9-]{1,64}){0,31}$/;

/** Libraries add an `Accept` of their own, and nodes check it for one value only. */
function changesMeaning(name: string, value: string | string[] | undefined): boolean {
  return value !== undefined && (name !== "accept" || String(value).includes("text/event-stream"));
}

function header(headers: IncomingHttpHeaders, name: string, pattern: RegExp, expected: string): string {
  const value = headers[name];
  if (typeof value !== "string" || !pattern.test(value)) {
    throw new ServiceError("signature_incomplete", { header: name, expected });
  }
  return value;
}
