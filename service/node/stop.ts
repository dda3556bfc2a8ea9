import { setTimeout as delay } from "node:timers/promises";
import type { PidFile } from "../pid-file.js";
import type { Runs } from "../runs/runs.js";
import type { Parts, Phase } from "./parts.js";

/** How long a node of a cluster that stops lets others find that out, before it closes its door, ms. */
const LAST_CALL_MS = 500;
/** How often such a node looks whether peers have taken all that waits. */
const EMPTY_LOOK_MS = 50;

/** What is stopped. */
export interface Running {
  parts: Parts;
  initJobs: { stop(): void };
  pidFile: PidFile;
  phase: Phase;
}

/**
 * Stops a node: it takes no more runs, those it has may finish, and what is left when the time is over is ended or stays
 * where it waits.
 * @param graceMs KILLGRACE
 */
export async function stopNode({ parts, initJobs, pidFile, phase }: Running, graceMs: number): Promise<void> {
  const { pool, dispatcher, cluster, runs, http, schedules, signatures } = parts;
  phase.isStopping = true;
  phase.isReady = false;
  initJobs.stop();
  const ticked = schedules.stop();
  const until = performance.now() + graceMs;
  const leftMs = (): number => Math.max(0, until - performance.now());
  await cluster.drain();
  // While others learn to ask its peers, a node of a cluster still serves what reaches it, and what it has accepted.
  phase.isLeaving = cluster.present().length > 0;
  if (phase.isLeaving) await delay(Math.min(LAST_CALL_MS, graceMs));
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

/** Resolves when no run waits any more, or the time has come. */
async function emptied(runs: Pick<Runs, "counts">, until: number): Promise<void> {
  while (performance.now() < until && (await runs.counts()).waiting > 0) await delay(EMPTY_LOOK_MS);
}
