import net from "node:net";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import type { ClientActivity } from "../http/auth/client-activity.js";
import type { Runs } from "../model/runs.js";
import type { Parts, Phase } from "./node-parts.js";
import type { PidFile } from "./pid-file.js";

/** Time that a stopping node of a cluster gives its peers to notice, before it closes its listener, ms. */
const STOP_NOTICE_MS = 500;
/** Longest extension of that time while clients go on sending requests: they may not have noticed, ms. */
const MAX_STOP_NOTICE_MS = 5000;
/** Time without a request of a client after which the listener is closed, ms. */
const QUIET_MS = 1000;
/** Longest time that the listener stays open because further connections arrive, ms. */
const LONGEST_ACCEPTING_MS = 1000;
/** A turn of the event loop shorter than this only looked for connections, ms. */
const SHORT_TURN_MS = 0.5;
/** Longest wait for requests on connections that were already accepted, ms. */
const ACCEPTED_MS = 1000;
/** Interval of checks whether peers have taken all waiting runs. */
const EMPTY_LOOK_MS = 50;

/** The parts to be stopped. */
export interface Running {
  parts: Parts;
  initJobs: { stop(): void };
  pidFile: PidFile;
  phase: Phase;
  /** Other nodes serve its clients, though it may not know them: they share its broker. */
  hasOthers: boolean;
}

/**
 * Stops a node: it accepts no more runs and lets its runs finish; at the time limit the rest is ended or stays in its
 * queue.
 * @param graceMs KILLGRACE
 */
export async function stopNode(
  { parts, initJobs, pidFile, phase, hasOthers }: Running,
  graceMs: number,
): Promise<void> {
  const { pool, dispatcher, cluster, runs, http, clients, schedules, signatures } = parts;
  phase.isStopping = true;
  phase.isReady = false;
  initJobs.stop();
  const ticked = schedules.stop();
  await cluster.drain();
  // While clients learn to use its peers, a node of a cluster still serves late requests, and the accepted runs.
  phase.isLeaving = hasOthers || cluster.present().length > 0;
  if (phase.isLeaving) await waitForPeersToNotice(http.server, clients, graceMs);
  // From here on no run is accepted: the accepted ones have the whole grace.
  const until = performance.now() + graceMs;
  const leftMs = (): number => Math.max(0, until - performance.now());
  if (phase.isLeaving) await untilUnused(http.server, Math.min(ACCEPTED_MS, graceMs));
  // Replies of finishing runs still have to be sent: connections are closed after the last one.
  const closed = http.close();
  await cluster.leave();
  if (phase.isLeaving) await Promise.race([Promise.all([closed, emptied(runs, until)]), delay(leftMs())]);
  phase.isLeaving = false;
  runs.drain();
  dispatcher.drain();
  await Promise.all([pool.drain(leftMs()), cluster.forwardedRuns.settled(leftMs())]);
  runs.interrupt();
  await closed;
  await ticked;
  await runs.close();
  await pool.close();
  await cluster.close();
  signatures.close();
  await pidFile.release();
}

/**
 * Resolves when the peers have had time to notice that the node is about to stop, and no client is in the middle of its
 * requests. Meanwhile replies close their connection, so that none is closed under a request. At last the listener is
 * closed: no connection is accepted any more.
 */
async function waitForPeersToNotice(server: net.Server, clients: ClientActivity, graceMs: number): Promise<void> {
  const begun = performance.now();
  await delay(Math.min(STOP_NOTICE_MS, graceMs));
  const longestMs = Math.min(MAX_STOP_NOTICE_MS, graceMs);
  while (performance.now() - begun < longestMs && clients.wasWithin(QUIET_MS)) await delay(EMPTY_LOOK_MS);
  await untilAllAccepted(server);
  // The `close` of HTTP would end connections that are idle at this moment, too.
  net.Server.prototype.close.call(server);
}

/**
 * Resolves in a moment in which no connection waits to be accepted: the system resets waiting ones when the listener
 * closes. Each turn of the event loop accepts one, and during a long turn others may have come.
 */
async function untilAllAccepted(server: net.Server): Promise<void> {
  const until = performance.now() + LONGEST_ACCEPTING_MS;
  let accepted = 0;
  const count = (): void => void accepted++;
  server.on("connection", count);
  for (let isQuiet = false; !isQuiet && performance.now() < until; ) {
    const [before, from] = [accepted, performance.now()];
    await turn();
    isQuiet = accepted === before && performance.now() - from < SHORT_TURN_MS;
  }
  server.off("connection", count);
}

/** Resolves when no connection is left, or at the time limit. */
async function untilUnused(server: net.Server, longestMs: number): Promise<void> {
  const until = performance.now() + longestMs;
  while (performance.now() < until && (await connectionsOf(server)) > 0) await delay(EMPTY_LOOK_MS);
}

function connectionsOf(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}

/** Resolves when no run waits any more, or at the time limit. */
async function emptied(runs: Pick<Runs, "counts">, until: number): Promise<void> {
  while (performance.now() < until && (await runs.counts()).waiting > 0) await delay(EMPTY_LOOK_MS);
}
