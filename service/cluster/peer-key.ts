import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { sha256Hex, signV2, V2_TOLERANCE_S, v2Headers } from "../client/sign.js";
import { ServiceError } from "../errors.js";
import { V2Verifier } from "../http/auth-v2.js";
import { NonceWindows } from "./nonce-windows.js";

/**
 * By what peers know each other: the key of the cluster. Requests among nodes are signed like those of clients (scheme
 * v2), with numbered nonces. Nodes with PRIVATE=true sign nothing, and refuse who does: it belongs to others.
 */
export class PeerKey {
  private readonly verifier: V2Verifier | undefined;
  private count = 0;

  /**
   * @param apiKey undefined with PRIVATE
   * @param life random id of this life of the node, at least 16 characters
   */
  constructor(
    private readonly apiKey: string | undefined,
    private readonly life: string,
  ) {
    if (apiKey !== undefined) this.verifier = new V2Verifier(apiKey, new NonceWindows(V2_TOLERANCE_S));
  }

  /** Headers of a request. */
  sign(method: string, target: string, body: string): Record<string, string> {
    if (this.apiKey === undefined) return {};
    const date = String(Math.floor(Date.now() / 1000));
    const nonce = `${this.life}-${(++this.count).toString(36)}`;
    return signV2({ apiKey: this.apiKey, method, target, body, date, nonce });
  }

  /** @throws ServiceError `unauthorised`, `unknown_key_id` and the others of scheme v2 */
  verify(method: string, target: string, headers: IncomingHttpHeaders, body: Buffer): void {
    const isSigned = headers[v2Headers.signature] !== undefined;
    if (this.verifier === undefined) {
      if (isSigned) throw new ServiceError("unknown_key_id", { keyId: String(headers[v2Headers.keyId]) });
    } else if (isSigned) {
      this.verifier.verify({ method, target, headers, body });
    } else {
      throw new ServiceError("unauthorised", { method, path: target.replace(/\?.*$/s, "") });
    }
  }

  /** A text that follows an accepted offer: its own signature, a line feed, the text. */
  seal(offer: string, text: string): string {
    return `${this.sealOf(offer, text)}\n${text}`;
  }

  /** @throws ServiceError `bad_signature` */
  unseal(offer: string, sealed: string): string {
    const at = sealed.indexOf("\n");
    const text = sealed.slice(at + 1);
    const expected = Buffer.from(this.sealOf(offer, text));
    const given = Buffer.from(sealed.slice(0, Math.max(0, at)));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new ServiceError("bad_signature", { header: "the first line of the body" });
    }
    return text;
  }

  private sealOf(offer: string, text: string): string {
    if (this.apiKey === undefined) return "";
    return createHmac("sha256", this.apiKey)
      .update(`rojob-offer\n${offer}\n${sha256Hex(text)}`)
      .digest("hex");
  }
}
