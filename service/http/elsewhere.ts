import type { FastifyReply, FastifyRequest } from "fastify";
import type { Cluster, Peer } from "../cluster/contract.js";
import { type ErrorCode, type ErrorEntry, errorTable, ServiceError } from "../errors.js";
import { goneSignal } from "./gone.js";
import { queryArguments } from "./query.js";
import { sendJson } from "./send-json.js";

/** Parameter of the query by which a node says that it has been asked itself: nothing is passed on twice. */
export const LOCAL = "local";

/** Host and port of the node that has accepted a run stand in its uuid. */
const PLACE = /^(.+)-(\d{1,5})-(?:[\w.]+_)?\d+$/;

/** Asks the node that has accepted a run what this one cannot answer. */
export class Elsewhere {
  /** @param isSelf is it this node? */
  constructor(
    private readonly cluster: Cluster | undefined,
    private readonly isSelf: (host: string, port: number) => boolean,
  ) {}

  /** The other node that has accepted a run; undefined when it was this one, or the other is not there. */
  ownerOf(uuid: string): Peer | undefined {
    const [, host = "", port] = PLACE.exec(uuid) ?? [];
    return this.isSelf(host, Number(port)) ? undefined : this.cluster?.peer(host, Number(port));
  }

  /**
   * The node to pass a request about a run on to.
   * @throws ServiceError `unknown_run` when there is none, or this request has been passed on already
   */
  peerFor(uuid: string, request: FastifyRequest): Peer {
    const isPassedOn = Object.hasOwn(queryArguments(request.raw.url ?? ""), LOCAL);
    const peer = isPassedOn ? undefined : this.ownerOf(uuid);
    if (peer === undefined) throw new ServiceError("unknown_run", { uuid }, { uuid });
    return peer;
  }

  /**
   * Answers a request about a run as the node does that has accepted it.
   * @throws ServiceError `unknown_run`, `peer_unreachable`
   */
  async answer(uuid: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const peer = this.peerFor(uuid, request);
    const target = request.raw.url ?? "/";
    const passedOn = `${target}${target.includes("?") ? "&" : "?"}${LOCAL}=true`;
    const method = request.method === "HEAD" ? "GET" : request.method;
    const { status, body } = await peer.request(method, passedOn, undefined, goneSignal(reply));
    reply.code(status).header("x-rojob-uuid", uuid).header("cache-control", "no-store");
    if (status === 204) return reply.send();
    if (status < 400) return sendJson(reply, body);
    const retryAfterS = entryOf(body)?.retryAfterS;
    if (retryAfterS !== undefined) reply.header("retry-after", retryAfterS);
    return reply.type("application/problem+json; charset=utf-8").send(body);
  }
}

function entryOf(problem: string): ErrorEntry | undefined {
  try {
    return errorTable[(JSON.parse(problem) as { code: ErrorCode }).code];
  } catch {
    return undefined; // something between the nodes has answered
  }
}
