import { randomUUID } from "node:crypto";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Address } from "../base/address.js";
import type { NodeLoad } from "../model/cluster.js";
import { LOAD_HEADER, readLoad } from "./load-text.js";
import type { PeerHttp } from "./peer-http.js";

/** Path of offers. */
export const OFFERS_PATH = "/v1/cluster/runs";

/** Query of an offer: a large result may come as raw bytes. */
export const LARGE_AS_BYTES = { large: "bytes" };

/** Answer to an offer. */
export type OfferAnswer =
  | { kind: "accepted"; offer: Offer }
  /** The peer has no free environment, or refuses this node; it surely runs nothing. */
  | { kind: "declined"; status: number; load: NodeLoad | undefined; body: string }
  | { kind: "unreachable"; error: Error; isStale?: boolean };

/**
 * An environment that a peer has reserved for this node.
 *
 * The two steps are one HTTP request: its head asks, `100 Continue` (RFC 9110, 15.2.1) confirms the reservation, and
 * only then the run is sent. So a peer that was lost before it accepted cannot run anything, whenever it reads the
 * request.
 */
export class Offer {
  /** `performance.now()` when it was opened. */
  readonly openedAt = performance.now();

  private constructor(
    readonly id: string,
    readonly to: Address,
    private readonly sent: ClientRequest,
  ) {}

  /**
   * Asks a peer for an environment.
   * @param query identity and role of this node
   * @param timeoutMs longest wait for the answer
   */
  static async open(
    http: PeerHttp,
    to: Address,
    query: Record<string, string>,
    timeoutMs: number,
  ): Promise<OfferAnswer> {
    const answer = await Offer.tryOpen(http, to, query, timeoutMs);
    // A kept connection that the peer had closed says nothing about the peer.
    if (answer.kind !== "unreachable" || !answer.isStale) return answer;
    return Offer.tryOpen(http, to, query, timeoutMs);
  }

  private static tryOpen(
    http: PeerHttp,
    to: Address,
    query: Record<string, string>,
    timeoutMs: number,
  ): Promise<OfferAnswer> {
    const id = randomUUID();
    const target = `${OFFERS_PATH}?${new URLSearchParams({ ...query, ...LARGE_AS_BYTES, offer: id })}`;
    const sent = http.open(to, "POST", target, "");
    // The length is not known yet, and what is unused must end without breaking the connection.
    sent.setHeader("transfer-encoding", "chunked");
    sent.setNoDelay(true);
    return new Promise((resolve) => {
      const settle = (answer: OfferAnswer): void => {
        clearTimeout(timer);
        sent.removeAllListeners("continue");
        sent.removeAllListeners("response");
        sent.removeAllListeners("error");
        sent.on("error", ignoreLateError);
        resolve(answer);
      };
      const timer = setTimeout(() => {
        settle({ kind: "unreachable", error: new Error(`no message within ${timeoutMs} ms`) });
        sent.destroy();
      }, timeoutMs);
      sent.on("error", (error) => settle({ kind: "unreachable", error, isStale: sent.reusedSocket }));
      sent.on("continue", () => settle({ kind: "accepted", offer: new Offer(id, to, sent) }));
      sent.on("response", (answer) => {
        sent.end();
        declined(answer).then(settle, (error) => settle({ kind: "unreachable", error }));
      });
      sent.flushHeaders();
    });
  }

  /** Sends the run. Resolves with the head of the answer. */
  send(text: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.sent.on("response", resolve);
      this.sent.on("error", reject);
      this.sent.on("close", () => reject(new Error("the connection was closed")));
      if (this.sent.destroyed) return reject(new Error("the connection was closed"));
      this.sent.end(text);
    });
  }

  /** Gives the environment back unused. */
  release(): void {
    this.sent.on("response", (answer) => answer.resume());
    this.sent.end();
  }

  /** Breaks the connection; no answer is expected any more. */
  abandon(): void {
    this.sent.destroy();
  }
}

/** An error of a request whose answer nobody needs any more changes nothing. */
function ignoreLateError(): void {}

async function declined(answer: IncomingMessage): Promise<OfferAnswer> {
  const load = readLoad(answer.headers[LOAD_HEADER]);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return { kind: "declined", status: answer.statusCode ?? 0, load, body: Buffer.concat(chunks).toString() };
}
