import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { abortRequest } from "../base/abort-request.js";
import { type Address, formatAddress } from "../base/address.js";
import { textOf } from "../base/json/text-of.js";
import { FOR_CLUSTER } from "../signing/sign.js";
import { PeerClocks } from "./peer-clocks.js";
import type { PeerKey } from "./peer-key.js";

/** Answer of a peer. */
export interface PeerAnswer {
  status: number;
  headers: IncomingMessage["headers"];
  bytes: Buffer;
  /** The body as text, decoded on first use. */
  readonly body: string;
}

export interface SendOptions {
  body?: string | Buffer;
  /** Longest wait for the whole answer, ms; undefined: no limit. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Uses a new connection, so that the request is sent once. */
  isFresh?: boolean;
  /** CNAME: signs the request for any node of that cluster, as the identity of the receiver is not known yet. */
  cname?: string;
}

/** Idle connections kept to each peer. */
const IDLE_CONNECTIONS = 32;

/** Signed requests to other nodes over keep-alive connections. */
export class PeerHttp {
  private readonly agent = new Agent({ keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS });
  private readonly clocks = new PeerClocks();

  constructor(private readonly key: PeerKey) {}

  /**
   * Sends a request; only for requests that may arrive twice. Sends it again when a kept connection turns out to be
   * closed, and signs it anew, by the clock of the peer, when the peer refused it and its clock differs.
   * @throws Error when no whole answer came
   */
  async send(to: Address, method: string, target: string, options: SendOptions = {}): Promise<PeerAnswer> {
    const { body = "", timeoutMs, signal, isFresh, cname } = options;
    const limits = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(Math.ceil(timeoutMs))];
    const given = limits.filter((one) => one !== undefined);
    const until = given.length === 0 ? undefined : AbortSignal.any(given);
    for (let turn = 1; ; turn++) {
      const sent = this.open(to, method, target, body, until, isFresh, cname);
      sent.end(body);
      try {
        const answer = await wholeAnswer(sent);
        const isNews = this.clocks.learn(formatAddress(to), answer.headers.date);
        if (answer.status === 401 && isNews && turn === 1) continue;
        return answer;
      } catch (error) {
        if (until?.aborted) throw explained(to, until.reason);
        if (turn > 1 || !sent.reusedSocket) throw explained(to, error);
      }
    }
  }

  /** Begins a request; the caller ends it. The signature covers `body`. */
  open(
    to: Address,
    method: string,
    target: string,
    body: string | Buffer,
    signal?: AbortSignal,
    isFresh = false,
    cname?: string,
  ): ClientRequest {
    const meant = cname === undefined ? formatAddress(to) : `${FOR_CLUSTER}${cname}`;
    const headers: Record<string, string | number> = this.key.sign(
      meant,
      method,
      target,
      body,
      this.clocks.aheadS(formatAddress(to)),
    );
    if (method !== "GET") headers["content-type"] = "application/octet-stream";
    const agent = isFresh ? false : this.agent;
    const sent = request({ host: to.host, port: to.port, method, path: target, agent, headers });
    abortRequest(sent, signal);
    return sent;
  }

  close(): void {
    this.agent.destroy();
  }
}

function wholeAnswer(sent: ClientRequest): Promise<PeerAnswer> {
  return new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (answer) => {
      readBytes(answer).then((bytes) => {
        const { statusCode: status = 0, headers } = answer;
        resolve({
          status,
          headers,
          bytes,
          get body() {
            return textOf(bytes);
          },
        });
      }, reject);
    });
  });
}

/** @throws Error when it breaks off */
export async function readText(stream: AsyncIterable<Buffer>): Promise<string> {
  return textOf(await readBytes(stream));
}

async function readBytes(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function explained(to: Address, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new Error(`node ${formatAddress(to)} did not answer: ${message || code}`, { cause });
}
