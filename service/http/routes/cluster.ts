import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { parseAddress } from "../../base/address.js";
import { ServiceError } from "../../base/errors.js";
import { wholeText } from "../../base/json/json-text.js";
import { type NodeCluster, STOP_PATH } from "../../cluster/cluster.js";
import { HEARTBEATS_PATH, SELF_PATH } from "../../cluster/heartbeats.js";
import type { IncomingRun } from "../../cluster/incoming-runs.js";
import { LOAD_HEADER, loadText } from "../../cluster/load-text.js";
import { LARGE_AS_BYTES, OFFERS_PATH } from "../../cluster/offer.js";
import { readSpec } from "../../cluster/run-spec.js";
import type { RunReply, RunSpec } from "../../model/run.js";
import type { Runs } from "../../model/runs.js";
import type { ReceivedRuns } from "../../runs/received-runs.js";
import { v2Headers } from "../../signing/sign.js";
import type { RunServices } from "../services.js";
import { addPeerQueueRoutes } from "./peer-queue.js";
import { addPeerRecordRoutes } from "./peer-records.js";

/** What the routes for peers need of the node. */
export interface PeerServices {
  cluster: NodeCluster;
  /** The node's own. */
  runs: Runs & { readonly taken: ReceivedRuns };
  /** Stops this node. */
  stop(): void;
}

/** Bytes of a heartbeat: the state of some 20 nodes and what they run. */
const LONGEST_BEAT = 256 * 1024;
/** Characters of a result from which on it is sent as it is to who takes that. */
const LARGE_RESULT = 16 * 1024;
/** Output that may wait in a connection, bytes; more is dropped. */
const MOST_BUFFERED = 4_000_000;

/**
 * What nodes ask each other; not for clients. Every request is signed with the key of the cluster (see `PeerKey`) and says
 * with `from` and `cname` who asks:
 *
 * - `POST /v1/cluster/beats` a heartbeat; the answer is one, too
 * - `GET /v1/cluster/self` which life of which node is this
 * - `POST /v1/cluster/runs` an offer: its head asks for an environment and is answered by 100, which sets one aside, or by 503;
 *   then comes the run. The answer is lines of JSON: `{"out": [stream, line]}` for output, at last `{"reply": …}`; for who says
 *   `large=bytes` in the query that has no large result but its size, and the result follows as bytes
 * - `GET /v1/cluster/runs/OFFER` the same answer from the line `from_line` on, for who lost the connection; 404 when it will never be executed
 * - `DELETE /v1/cluster/runs/OFFER` ends it
 * - `POST /v1/cluster/stop-node` stops this node
 * - `/v1/cluster/records` what is known of its runs: see `addPeerRecordRoutes`
 * - `/v1/cluster/queued` runs that wait at a node that stops: see `addPeerQueueRoutes`
 */
export function addClusterRoutes(
  app: FastifyInstance,
  { cluster, runs, stop }: PeerServices,
  { config, folder }: Pick<RunServices, "config" | "folder">,
): void {
  const incomingRuns = new WeakMap<IncomingMessage, IncomingRun>();
  // What clients may send to other nodes comes here wrapped in JSON.
  const bodyLimit = config.MAXBODY * 3 + 100_000;

  app.register(async (scope) => {
    scope.addHook("onRoute", noteSignature);
    scope.addHook("preHandler", (request, _reply, done) => {
      // The head of an offer was looked at when it came.
      if (!incomingRuns.has(request.raw)) verify(request, bodyOf(request));
      done();
    });

    scope.post(HEARTBEATS_PATH, { bodyLimit: LONGEST_BEAT }, async (request, reply) => {
      const answer = await cluster.heartbeats.receive(jsonOf(request), request.socket.remoteAddress);
      return sendJson(reply, answer);
    });

    scope.get(SELF_PATH, (_request, reply) => sendJson(reply, cluster.introduction()));

    scope.post(STOP_PATH, (request, reply) => {
      cluster.heartbeats.checkCluster(queryOf(request).get("cname") ?? "", fromOf(request));
      reply.raw.once("finish", () => stop());
      return sendJson(reply.code(202), {});
    });

    addPeerRecordRoutes(scope, runs);

    addPeerQueueRoutes(scope, {
      taken: runs.taken,
      isOpen: () => !cluster.load().draining,
      check(request, run) {
        cluster.heartbeats.checkCluster(queryOf(request).get("cname") ?? "", fromOf(request));
        if (run !== undefined && config.RUNONLY) checkRunOnly({ file: run.record.file, text: run.text });
      },
      bodyLimit,
    });

    scope.get(`${OFFERS_PATH}/:offer`, async (request, reply) => {
      const { offer } = request.params as { offer: string };
      const state = cluster.incomingRuns.inquire(offer, Number(queryOf(request).get("ageMs")) || 0);
      if (state.kind !== "known") {
        return sendJson(reply.code(404), { state: state.kind, upMs: cluster.upMs });
      }
      reply.hijack();
      const fromLine = Number(queryOf(request).get("from_line")) || 0;
      await sendIncoming(state.incoming, reply.raw, fromLine, takesBytes(request));
    });

    scope.delete(`${OFFERS_PATH}/:offer`, (request, reply) => {
      const { offer } = request.params as { offer: string };
      return sendJson(reply, { stopped: cluster.incomingRuns.stop(offer) });
    });
  });

  app.register(async (scope) => {
    scope.addHook("onRoute", noteSignature);
    scope.addHook("onRequest", (request, reply, done) => {
      incomingRuns.set(request.raw, admit(request, reply));
      reply.raw.writeContinue();
      done();
    });
    scope.post(OFFERS_PATH, { bodyLimit }, async (request, reply) => {
      const incoming = incomingRuns.get(request.raw)!;
      const running = begin(incoming, bodyOf(request));
      if (running === undefined) return reply.code(204).send();
      reply.hijack();
      await sendIncoming(incoming, reply.raw, 0, takesBytes(request));
    });
  });

  /** Looks at the head of an offer and sets an environment aside. */
  function admit(request: FastifyRequest, reply: FastifyReply): IncomingRun {
    verify(request, Buffer.alloc(0));
    reply.header(LOAD_HEADER, loadText(cluster.load()));
    const query = queryOf(request);
    const from = fromOf(request);
    if (from === cluster.identity) throw new ServiceError("offer_returned", { node: from });
    // A fallback is asked by strangers, who have the key all the same.
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

  /** Starts what was sent; undefined when it was nothing. */
  function begin(incoming: IncomingRun, body: Buffer): Promise<RunReply> | undefined {
    try {
      if (body.length > 0) {
        const spec = readSpec(cluster.key.unseal(incoming.offer, body), incoming.origin);
        if (config.RUNONLY) checkRunOnly(spec);
        return cluster.incomingRuns.start(incoming, spec);
      }
    } catch (error) {
      cluster.incomingRuns.release(incoming);
      throw error;
    }
    cluster.incomingRuns.release(incoming);
    return undefined;
  }

  /** The key opens this door to clients, too: with RUNONLY only what is in this node's own run folder comes in. */
  function checkRunOnly({ file, text }: Pick<RunSpec, "file" | "text">): void {
    const given = typeof text === "string" ? text : text.toJSON();
    if (file === "ojob" || folder.find(file).text !== given) throw new ServiceError("run_only", { route: OFFERS_PATH });
  }

  function verify(request: FastifyRequest, body: Buffer): void {
    const { method, raw, headers, routeOptions } = request;
    cluster.key.verify(
      method,
      raw.url ?? "/",
      headers,
      body,
      [HEARTBEATS_PATH, SELF_PATH].includes(routeOptions.url ?? ""),
    );
  }

  /** The answer to an offer that has begun, output from a line on. */
  async function sendIncoming(
    incoming: IncomingRun,
    raw: ServerResponse,
    fromLine: number,
    isLargeAsBytes: boolean,
  ): Promise<void> {
    const detach = incoming.attach(fromLine, (line) => {
      if (!raw.headersSent) raw.writeHead(200, { "content-type": "application/x-ndjson" });
      if (raw.writableLength < MOST_BUFFERED) raw.write(`${JSON.stringify({ out: line })}\n`);
    });
    raw.once("close", detach);
    await incoming.reply;
    const bytes = lastLineOf(incoming.ended!, isLargeAsBytes);
    if (!raw.headersSent) {
      raw.writeHead(200, { "content-type": "application/x-ndjson", "content-length": bytes.length });
    }
    raw.end(bytes);
  }
}

/** The end of an answer: `{"reply": …}`, or, of a large one, `{"reply": …, "resultBytes": N}` and then the result itself. */
function lastLineOf(ended: RunReply, isLargeAsBytes: boolean): Buffer {
  const { result, ...reply } = ended;
  if (!isLargeAsBytes || result.length < LARGE_RESULT) {
    return Buffer.from(`{"reply":${JSON.stringify({ ...ended, result: wholeText(result) })}}\n`);
  }
  const bytes = typeof result === "string" ? Buffer.from(result) : result;
  return Buffer.concat([Buffer.from(`{"reply":${JSON.stringify(reply)},"resultBytes":${bytes.length}}\n`), bytes]);
}

function takesBytes(request: FastifyRequest): boolean {
  return queryOf(request).get("large") === LARGE_AS_BYTES.large;
}

/** All of these routes check the signature of a peer. */
function noteSignature(route: RouteOptions): void {
  route.config = { ...route.config, signedWith: [v2Headers.signature] };
}

function bodyOf(request: FastifyRequest): Buffer {
  return (request.body as Buffer | undefined) ?? Buffer.alloc(0);
}

/** @throws ServiceError `peer_not_understood` */
function jsonOf(request: FastifyRequest): unknown {
  try {
    return JSON.parse(bodyOf(request).toString());
  } catch (cause) {
    const what = "the body must be JSON";
    throw new ServiceError("peer_not_understood", { node: String(request.ip), what }, { cause });
  }
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.raw.url ?? "/", "http://node").searchParams;
}

/** Who asks. @throws ServiceError `peer_not_understood` */
function fromOf(request: FastifyRequest): string {
  const from = queryOf(request).get("from") ?? "";
  if (parseAddress(from) !== undefined) return from;
  throw new ServiceError("peer_not_understood", {
    node: String(request.ip),
    what: "'from' of the query must be host:port",
  });
}

function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(value));
}
