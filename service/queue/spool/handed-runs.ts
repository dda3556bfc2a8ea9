import { setTimeout as delay } from "node:timers/promises";
import { ServiceError } from "../../base/errors.js";
import type { Logger } from "../../base/log/logger.js";
import type { HandOver } from "../../model/record.js";
import type { FoundRun, RunStore } from "../../model/store.js";
import { handOutRuns } from "./hand-out.js";
import type { Entry } from "./spool-entry.js";
import type { SpoolPeers } from "./spool-peers.js";

/** Pause before nodes that did not answer are asked again, ms. */
const RETRY_MS = 2000;

export interface HandedOptions {
  store: Pick<RunStore, "accepted" | "write" | "drop">;
  peers: SpoolPeers | undefined;
  /** KILLGRACE, ms; see `handOutLimitMs`. */
  graceMs?: number;
  /** Does this process still own the runs of this node? */
  isOwner(): Promise<boolean>;
  /** No other node has the run: it waits here again. */
  back(run: FoundRun): Promise<void>;
  log: Pick<Logger, "info" | "warn" | "error">;
}

type Handed = FoundRun & { handOver: HandOver };

/**
 * Runs that another node may have: those this process sends when it stops, and those an earlier process sent before it
 * died. The receivers of the latter are asked until they answer; until then nobody starts them here.
 */
export class HandedRuns {
  private readonly runs = new Map<string, Handed>();
  /** Receiver of a run that this process sent, by uuid. */
  private readonly sentTo = new Map<string, string>();
  private readonly logged = new Set<string>();
  private readonly stopping = new AbortController();
  private settling: Promise<void> | undefined;

  constructor(private readonly options: HandedOptions) {}

  add(run: FoundRun): void {
    if (run.handOver === undefined) return;
    this.runs.set(run.record.uuid, { ...run, handOver: run.handOver });
  }

  /**
   * Sends waiting runs to other nodes, see `handOutRuns`.
   * @param forget called for each run that another node has
   */
  async handOut(waiting: readonly Entry[], forget: (uuid: string) => void): Promise<void> {
    const { store, peers, graceMs = Number.POSITIVE_INFINITY, isOwner, log } = this.options;
    if (peers === undefined || waiting.length === 0) return;
    const sent = (uuid: string, to: string | undefined): void => {
      if (to === undefined) this.sentTo.delete(uuid);
      else this.sentTo.set(uuid, to);
    };
    await handOutRuns(waiting, { store, peers, graceMs, isOwner, sent, forget, log });
  }

  /** Node that may have taken a run, `host:port`: only that node knows. */
  takerOf(uuid: string): string | undefined {
    return this.sentTo.get(uuid) ?? this.runs.get(uuid)?.handOver.to;
  }

  /** @throws ServiceError `peer_unreachable` when only another node knows the place of the run */
  check(uuid: string): void {
    const node = this.takerOf(uuid);
    if (node !== undefined) throw new ServiceError("peer_unreachable", { node, reason: "it may have taken the run" });
  }

  clear(): void {
    this.runs.clear();
    this.sentTo.clear();
  }

  start(): void {
    const { signal } = this.stopping;
    if (this.runs.size === 0 || signal.aborted) return;
    this.settling ??= this.settleAll(signal).finally(() => {
      this.settling = undefined;
      this.start();
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.settling;
  }

  private async settleAll(signal: AbortSignal): Promise<void> {
    for (;;) {
      for (const run of [...this.runs.values()]) {
        if (signal.aborted) return;
        try {
          if (this.runs.has(run.record.uuid)) await this.settle(run);
        } catch (error) {
          this.options.log.warn({ uuid: run.record.uuid, err: error }, "cannot take back a run yet");
        }
      }
      if (this.runs.size === 0) return;
      await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => {}); // It stops: see above.
    }
  }

  private async settle({ handOver, ...run }: Handed): Promise<void> {
    const { store, peers, isOwner, back, log } = this.options;
    const { uuid } = run.record;
    const answer = (await peers?.ask(uuid, handOver)) ?? "unsure";
    if (answer === "unsure") {
      if (!this.logged.has(handOver.to)) {
        log.warn(
          { node: handOver.to, uuid },
          "a run waits for the node it was sent to, which has not said whether it accepted the run",
        );
      }
      this.logged.add(handOver.to);
      return;
    }
    if (!(await isOwner()) || !this.runs.has(uuid)) return;
    if (answer === "taken") {
      await store.drop(uuid, run.fence);
      log.info({ node: handOver.to, uuid }, "a run was handed over before this node restarted");
    } else {
      const fence = await store.write(run.record, run.fence, { isDurable: true });
      // Otherwise another node has it by now.
      if (fence !== undefined) await back({ ...run, fence });
    }
    this.runs.delete(uuid);
  }
}
