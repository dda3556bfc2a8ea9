import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ServiceError } from "../base/errors.js";
import { FOR_CLUSTER, sha256Hex, signV2, v2Headers } from "../signing/sign.js";
import { type V2Reception, V2Verifier } from "../signing/v2.js";

/**
 * Authentication among peers: the key of the cluster. Requests among nodes are signed like those of clients (scheme
 * v2), with numbered nonces, and never accepted unsigned.
 */
export class PeerKey {
  private readonly verifier: V2Verifier;
  private readonly introductions: V2Verifier;
  private count = 0;

  /**
   * @param key CLUSTERKEY, or APIKEY without it
   * @param life random id of this process of the node, at least 16 characters
   * @param reception requirements on requests to this node; left out by callers that only send
   */
  constructor(
    private readonly key: string,
    private readonly life: string,
    reception: V2Reception = { isMeant: () => false, use: () => undefined },
  ) {
    this.verifier = new V2Verifier(key, reception);
    // Introductions are answered to nodes of any cluster: the answer names the cluster.
    const isMeant = (to: string) => to.startsWith(FOR_CLUSTER) || reception.isMeant(to);
    this.introductions = new V2Verifier(key, { isMeant, use: reception.use });
  }

  /**
   * Headers of a request.
   * @param to `host:port` of the receiver, or `cluster:CNAME`
   * @param aheadS seconds that the clock of the receiver is ahead of this node's
   */
  sign(to: string, method: string, target: string, body: string | Uint8Array, aheadS = 0): Record<string, string> {
    const date = String(Math.floor(Date.now() / 1000) + aheadS);
    const nonce = `${this.life}-${(++this.count).toString(36)}`;
    return signV2({ apiKey: this.key, method, to, target, body, date, nonce });
  }

  /**
   * @param isIntroduction accepts a request for any node of a cluster
   * @throws ServiceError `peer_unsigned`, `unknown_key_id` and the others of scheme v2
   */
  verify(method: string, target: string, headers: IncomingHttpHeaders, body: Buffer, isIntroduction = false): void {
    if (headers[v2Headers.signature] === undefined) {
      throw new ServiceError("peer_unsigned", { method, path: target.replace(/\?.*$/s, "") });
    }
    const verifier = isIntroduction ? this.introductions : this.verifier;
    verifier.verify({ method, target, headers, body });
  }

  /** A text that follows an accepted offer: its own signature, a line feed, the text. */
  seal(offer: string, text: string | Buffer): Buffer {
    return Buffer.concat([
      Buffer.from(`${this.sealOf(offer, text)}\n`),
      typeof text === "string" ? Buffer.from(text) : text,
    ]);
  }

  /** @throws ServiceError `bad_signature` */
  unseal(offer: string, sealed: Buffer): Buffer {
    const at = sealed.indexOf("\n");
    const text = sealed.subarray(at + 1);
    const expected = Buffer.from(this.sealOf(offer, text));
    const given = sealed.subarray(0, Math.max(0, at));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new ServiceError("bad_signature", { header: "the first line of the body" });
    }
    return text;
  }

  private sealOf(offer: string, text: string | Uint8Array): string {
    return createHmac("sha256", this.key)
      .update(`rojob-offer\n${offer}\n${sha256Hex(text)}`)
      .digest("hex");
  }
}
