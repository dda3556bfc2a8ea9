import net from "node:net";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import type { ClientActivity } from "../http/auth/client-activity.js";
import type { Runs } from "../model/runs.js";
import type { Parts, Phase } from "./parts.js";
import type { PidFile } from "./pid-file.js";

/** How long a node of a cluster that stops lets others find that out, before it closes its door, ms. */
const LAST_CALL_MS = 500;
/** How much longer it serves while clients go on asking: they may not have noticed, ms. */
const LONGEST_CALL_MS = 5000;
/** After so long without a request of a client its door is closed, ms. */
const QUIET_MS = 1000;
/** Longest time that the listener stays open because further connections arrive, ms. */
const LONGEST_ACCEPTING_MS = 1000;
/** A turn of the event loop below this was done with nothing but looking for connections, ms. */
const SHORT_TURN_MS = 0.5;
/** How long requests on connections that were already accepted are waited for, ms. */
const ACCEPTED_MS = 1000;
/** How often such a node looks whether peers have taken all that waits. */
const EMPTY_LOOK_MS = 50;

/** What is stopped. */
export interface Running {
  parts: Parts;
  initJobs: { stop(): void };
  pidFile: PidFile;
  phase: Phase;
  /** Other nodes serve its clients, though it may not know them: they share its broker. */
  hasOthers: boolean;
}

/**
 * Stops a node: it takes no more runs, those it has may finish, and what is left when the time is over is ended or stays
 * where it waits.
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
  // While others learn to ask its peers, a node of a cluster still serves what reaches it, and what it has accepted.
  phase.isLeaving = hasOthers || cluster.present().length > 0;
  if (phase.isLeaving) await lastCall(http.server, clients, graceMs);
  // From here on no run is accepted: those that were have the whole grace.
  const until = performance.now() + graceMs;
  const leftMs = (): number => Math.max(0, until - performance.now());
  if (phase.isLeaving) await untilUnused(http.server, Math.min(ACCEPTED_MS, graceMs));
  // Replies of the runs that finish still have to go out: connections are closed after the last one.
  const closed = http.close();
  await cluster.leave();
  if (phase.isLeaving) await Promise.race([Promise.all([closed, emptied(runs, until)]), delay(leftMs())]);
  phase.isLeaving = false;
  runs.drain();
  dispatcher.drain();
  await Promise.all([pool.drain(leftMs()), cluster.forwards.settled(leftMs())]);
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
 * Resolves when the others have had time to find out that the node is about to stop, and no client is in the middle of its
 * requests. Replies say meanwhile that their connection ends with them, so that none is closed under a request. At last
 * the door is closed: no connection is accepted any more.
 */
async function lastCall(server: net.Server, clients: ClientActivity, graceMs: number): Promise<void> {
  const begun = performance.now();
  await delay(Math.min(LAST_CALL_MS, graceMs));
  const longestMs = Math.min(LONGEST_CALL_MS, graceMs);
  while (performance.now() - begun < longestMs && clients.wasWithin(QUIET_MS)) await delay(EMPTY_LOOK_MS);
  await untilAllAccepted(server);
  // That of HTTP would end connections that are unused at this moment, too.
  net.Server.prototype.close.call(server);
}

/**
 * Resolves in a moment in which no connection waits to be accepted: the system resets those that wait when the door closes.
 * One is accepted in each turn of the event loop, and a turn that was long is one more in which others came.
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

/** Resolves when no connection is left, or the time is over. */
async function untilUnused(server: net.Server, longestMs: number): Promise<void> {
  const until = performance.now() + longestMs;
  while (performance.now() < until && (await connectionsOf(server)) > 0) await delay(EMPTY_LOOK_MS);
}

function connectionsOf(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}

/** Resolves when no run waits any more, or the time has come. */
async function emptied(runs: Pick<Runs, "counts">, until: number): Promise<void> {
  while (performance.now() < until && (await runs.counts()).waiting > 0) await delay(EMPTY_LOOK_MS);
}
