import { randomUUID } from "node:crypto";
import { inParallel } from "../../base/in-parallel.js";
import type { Logger } from "../../base/log/logger.js";
import type { HandOver } from "../../model/record.js";
import type { RunStore } from "../../model/store.js";
import { type Entry, wholeRun } from "./entry.js";
import type { SpoolPeers } from "./peers.js";

export interface HandOutOptions {
  store: Pick<RunStore, "accepted" | "write" | "drop">;
  peers: SpoolPeers;
  /** KILLGRACE, ms; see {@link handOutLimitMs}. */
  graceMs: number;
  /** Are the runs still those of this life of the node? */
  isInOffice(): Promise<boolean>;
  /** The run is on its way to a node; undefined: it is not, as the last one has refused it. */
  sent(uuid: string, to: string | undefined): void;
  /** The run is another node's. */
  forget(uuid: string): void;
  log: Pick<Logger, "info" | "warn">;
}

/** Bounds of the time for all of it, ms: deployments wait no longer, and what is sent within the least is soon on its way. */
const LONGEST_MS = 4000;
const SHORTEST_MS = 1000;
/** Longest wait for one answer, ms. */
const ANSWER_MS = 2000;
const WIDTH = 8;

/**
 * Gives runs that wait to other nodes. Where a run is to go is on the disk before it is sent, and it leaves the disk after
 * it was taken: whenever this process dies, its next life can ask.
 * @param waiting not in line any more
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

/** The longest time for handing out with a KILLGRACE, ms: as long, but 1 s at least and 4 s at the most. */
export function handOutLimitMs(graceMs: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, graceMs));
}

/** @returns who has it now; undefined: nobody, it stays */
async function giveOne(
  entry: Entry,
  takers: readonly string[],
  until: number,
  { store, peers, isInOffice, sent, forget }: HandOutOptions,
): Promise<string | undefined> {
  const { fence: known } = entry;
  const { record } = entry.run;
  if (performance.now() > until) return undefined;
  const run = await wholeRun(entry, store);
  if (run === undefined) return undefined;
  let fence: number | undefined = known;
  for (const to of takers) {
    const leftMs = until - performance.now();
    if (leftMs < ANSWER_MS / 10 || !(await isInOffice())) break;
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
