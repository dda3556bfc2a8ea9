import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { canonicalV2, keyIdOf, V2_TOLERANCE_S, v2Headers, v2Signature } from "../client/sign.js";
import { ServiceError } from "../errors.js";
import { hashOfBody } from "./body-hash.js";
import { Nonces } from "./nonces.js";

/** The request a signature has to be of. */
export interface SignedRequest {
  method: string;
  /** Path and query as received. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Checks signatures of scheme v2; what they cover is described at `canonicalV2`. */
export class V2Verifier {
  private readonly keyId: string;

  /** @param nonces what remembers the nonces that were used */
  constructor(
    private readonly apiKey: string,
    private readonly nonces: Pick<Nonces, "use"> = new Nonces(V2_TOLERANCE_S),
  ) {
    this.keyId = keyIdOf(apiKey);
  }

  /**
   * @throws ServiceError `signature_incomplete`, `signature_expired`, `unknown_key_id`, `bad_signature`,
   *   `signature_replayed`, `nonces_full`
   */
  verify(request: SignedRequest, nowMs = Date.now()): void {
    const { headers } = request;
    const signature = header(headers, v2Headers.signature, /^[0-9a-f]{64}$/i, "64 hexadecimal digits");
    const date = header(headers, v2Headers.date, /^\d{1,12}$/, "seconds since the epoch");
    const nonce = header(headers, v2Headers.nonce, /^[\w-]{16,64}$/, "16 to 64 letters, digits, '-' or '_'");
    const keyId = header(headers, v2Headers.keyId, /^[\w.-]{1,64}$/, "the id of the key");
    const nowS = Math.floor(nowMs / 1000);
    if (Math.abs(Number(date) - nowS) > V2_TOLERANCE_S) {
      throw new ServiceError("signature_expired", { date, now: nowS, windowS: V2_TOLERANCE_S });
    }
    if (keyId !== this.keyId) throw new ServiceError("unknown_key_id", { keyId });
    const expected = v2Signature(this.apiKey, canonical(request, date, nonce, keyId));
    if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) {
      throw new ServiceError("bad_signature", { header: v2Headers.signature });
    }
    this.nonces.use(nonce, Number(date), nowS);
  }
}

function canonical(request: SignedRequest, date: string, nonce: string, keyId: string): string {
  const { method, target, body } = request;
  try {
    return canonicalV2({ method, target, body, bodyHash: hashOfBody(body), date, nonce, keyId });
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new ServiceError("bad_query", { text: target.slice(target.indexOf("?") + 1) }, { cause });
  }
}

function header(headers: IncomingHttpHeaders, name: string, pattern: RegExp, expected: string): string {
  const value = headers[name];
  if (typeof value !== "string" || !pattern.test(value)) {
    throw new ServiceError("signature_incomplete", { header: name, expected });
  }
  return value;
}
