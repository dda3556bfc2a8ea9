import { randomUUID } from "node:crypto";
import { inParallel } from "../../base/in-parallel.js";
import type { Logger } from "../../base/log/logger.js";
import type { HandOver } from "../../model/record.js";
import type { RunStore } from "../../model/store.js";
import { type Entry, wholeRun } from "./spool-entry.js";
import type { SpoolPeers } from "./spool-peers.js";

export interface HandOutOptions {
  store: Pick<RunStore, "accepted" | "write" | "drop">;
  peers: SpoolPeers;
  /** KILLGRACE, ms; see {@link handOutLimitMs}. */
  graceMs: number;
  /** Does this process still own the runs of this node? */
  isOwner(): Promise<boolean>;
  /** The run was sent to a node; undefined: the last node has refused it. */
  sent(uuid: string, to: string | undefined): void;
  /** Another node has the run. */
  forget(uuid: string): void;
  log: Pick<Logger, "info" | "warn">;
}

/** Limits of the total time, ms: deployments wait no longer; and a send within the least is certain. */
const LONGEST_MS = 4000;
const SHORTEST_MS = 1000;
/** Longest wait for one answer, ms. */
const ANSWER_MS = 2000;
const WIDTH = 8;

/**
 * Sends waiting runs to other nodes. The receiver is on the disk before the run is sent, and the run leaves the disk
 * after it was taken: the next process of this node can ask, whenever this one dies.
 * @param waiting runs that are not in the queue any more
 */
export async function handOutRuns(waiting: readonly Entry[], options: HandOutOptions): Promise<void> {
  const { peers, graceMs, log } = options;
  const takers = await peers.takers();
  const until = performance.now() + handOutLimitMs(graceMs);
  const counts = new Map<string, number>();
  let unsure = 0;
  if (takers.length > 0) {
    await inParallel([...waiting.entries()], WIDTH, async ([turn, entry]) => {
      const order = takers.map((_, at) => takers[(turn + at) % takers.length]!);
      try {
        const to = await giveOne(entry, order, until, options);
        if (to === "unsure") unsure++;
        else if (to !== undefined) counts.set(to, (counts.get(to) ?? 0) + 1);
      } catch (error) {
        log.warn({ uuid: entry.run.record.uuid, err: error }, "cannot hand over a run");
      }
    });
  }
  for (const [node, runs] of counts) log.info({ node, runs }, "handed over waiting runs");
  if (unsure > 0)
    log.warn({ runs: unsure }, "sent runs to nodes that did not reply: this node asks them at its next start");
  const left = waiting.length - unsure - [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (left > 0) log.warn({ runs: left, peers: takers.length }, "waiting runs stay in the work folder of this node");
}

/** Longest time for handing out with a KILLGRACE, ms: the same, but between 1 s and 4 s. */
export function handOutLimitMs(graceMs: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, graceMs));
}

/** @returns the node that has it now; undefined: it stays here */
async function giveOne(
  entry: Entry,
  takers: readonly string[],
  until: number,
  { store, peers, isOwner, sent, forget }: HandOutOptions,
): Promise<string | undefined> {
  const { fence: known } = entry;
  const { record } = entry.run;
  if (performance.now() > until) return undefined;
  const run = await wholeRun(entry, store);
  if (run === undefined) return undefined;
  let fence: number | undefined = known;
  for (const to of takers) {
    const leftMs = until - performance.now();
    if (leftMs < ANSWER_MS / 10 || !(await isOwner())) break;
    const handOver: HandOver = { id: randomUUID(), to };
    fence = await store.write(record, fence, { isDurable: true, handOver });
    if (fence === undefined) {
      sent(record.uuid, undefined);
      return undefined;
    }
    sent(record.uuid, to);
    const answer = await peers.give(run, handOver, Math.min(ANSWER_MS, leftMs));
    if (answer === "unsure") return answer;
    if (answer === "refused") continue;
    await store.drop(record.uuid, fence);
    forget(record.uuid);
    sent(record.uuid, undefined);
    return to;
  }
  if (fence !== known) await store.write(record, fence, { isDurable: true });
  sent(record.uuid, undefined);
  return undefined;
}
