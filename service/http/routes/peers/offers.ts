import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { parseAddress } from "../../../base/address.js";
import { ServiceError } from "../../../base/errors.js";
import type { IncomingRun } from "../../../cluster/incoming-runs.js";
import { LOAD_HEADER, loadText } from "../../../cluster/load-text.js";
import { LARGE_AS_BYTES, OFFERS_PATH } from "../../../cluster/offer.js";
import { readSpec } from "../../../cluster/run-spec.js";
import type { RunReply } from "../../../model/run.js";
import { verifyPeer } from "../../auth/peers.js";
import type { PeerRoute } from "../../route.js";
import type { PeerRouteServices } from "../../services.js";
import { sendIncoming } from "./incoming-reply.js";
import { bodyOf, fromOf, queryOf, sendJson } from "./request.js";
import { checkRunOnly, wrappedLimit } from "./run-only.js";

/** Requests whose head was accepted, with the environments reserved for them. */
const incomingRuns = new WeakMap<IncomingMessage, IncomingRun>();

/**
 * The head asks for an environment; the reply is 100, which reserves one, or 503. Then the body sends the run. The reply has
 * lines of JSON: `{"out": [stream, line]}` for output, and finally `{"reply": …}`. With `large=bytes` in the query, the reply
 * has only the size of a large result, which follows as bytes.
 */
const takeOffer: PeerRoute = {
  method: "POST",
  path: OFFERS_PATH,
  access: "peer",
  summary: "An offer: asks for an environment, then sends the run; the reply is its output and end",
  bodyLimit: wrappedLimit,
  onHead: (services) => (request, reply) => {
    incomingRuns.set(request.raw, admit(request, reply, services));
    reply.raw.writeContinue();
  },
  handler: (services) => async (request, reply) => {
    const incoming = incomingRuns.get(request.raw)!;
    const running = begin(incoming, bodyOf(request), services);
    if (running === undefined) return reply.code(204).send();
    reply.hijack();
    await sendIncoming(incoming, reply.raw, 0, takesBytes(request));
    return undefined;
  },
};

const rejoinOffer: PeerRoute = {
  method: "GET",
  path: `${OFFERS_PATH}/{offer}`,
  access: "peer",
  summary:
    "The same reply from the line `from_line` on, after a lost connection; 404 when the run will never be executed",
  handler:
    ({ cluster }) =>
    async (request, reply) => {
      const { offer } = request.params as { offer: string };
      const state = cluster.incomingRuns.inquire(offer, Number(queryOf(request).get("ageMs")) || 0);
      if (state.kind !== "known") {
        return sendJson(reply.code(404), { state: state.kind, upMs: cluster.upMs });
      }
      reply.hijack();
      const fromLine = Number(queryOf(request).get("from_line")) || 0;
      await sendIncoming(state.incoming, reply.raw, fromLine, takesBytes(request));
      return undefined;
    },
};

const endOffer: PeerRoute = {
  method: "DELETE",
  path: `${OFFERS_PATH}/{offer}`,
  access: "peer",
  summary: "Ends the run of an offer: `{ stopped }`",
  handler:
    ({ cluster }) =>
    (request, reply) => {
      const { offer } = request.params as { offer: string };
      return sendJson(reply, { stopped: cluster.incomingRuns.stop(offer) });
    },
};

export const offerRoutes = [takeOffer, rejoinOffer, endOffer];

/** Checks the head of an offer and reserves an environment. */
function admit(request: FastifyRequest, reply: FastifyReply, { cluster }: PeerRouteServices): IncomingRun {
  verifyPeer(cluster, request, Buffer.alloc(0));
  reply.header(LOAD_HEADER, loadText(cluster.load()));
  const query = queryOf(request);
  const from = fromOf(request);
  if (from === cluster.identity) throw new ServiceError("offer_returned", { node: from });
  // A fallback gets requests of nodes of other clusters, which have the same key.
  if (query.get("as") !== "fallback") cluster.heartbeats.checkCluster(query.get("cname") ?? "", from);
  const offer = query.get("offer") ?? "";
  if (!/^[\w-]{8,64}$/.test(offer)) {
    throw new ServiceError("peer_not_understood", { node: from, what: "'offer' of the query must be an id" });
  }
  try {
    const incoming = cluster.incomingRuns.accept(offer, from);
    reply.raw.once("close", () => cluster.incomingRuns.release(incoming));
    return incoming;
  } catch (error) {
    const origin = parseAddress(from);
    if (origin !== undefined && query.get("as") !== "fallback") cluster.noteRejected(origin);
    throw error;
  }
}

/** Starts the run that was sent; undefined when the body was empty. */
function begin(incoming: IncomingRun, body: Buffer, services: PeerRouteServices): Promise<RunReply> | undefined {
  const { cluster } = services;
  try {
    if (body.length > 0) {
      const spec = readSpec(cluster.key.unseal(incoming.offer, body), incoming.origin);
      checkRunOnly(spec, services);
      return cluster.incomingRuns.start(incoming, spec);
    }
  } catch (error) {
    cluster.incomingRuns.release(incoming);
    throw error;
  }
  cluster.incomingRuns.release(incoming);
  return undefined;
}

function takesBytes(request: FastifyRequest): boolean {
  return queryOf(request).get("large") === LARGE_AS_BYTES.large;
}
