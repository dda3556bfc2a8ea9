import { type Address, formatAddress } from "../base/address.js";
import { backoffMs } from "../base/backoff.js";
import type { Logger } from "../base/log/logger.js";
import type { ForwardedRuns } from "./forwarded-runs.js";
import type { OfferAnswer } from "./offer.js";
import type { PeerHttp } from "./peer-http.js";
import type { Timing } from "./timing.js";

interface Fallback extends Address {
  /** Time of the next attempt, by a monotonic clock. */
  nextTryAt: number;
  failures: number;
  /** Runs of this node that the fallback executes. */
  runs: number;
  watch: NodeJS.Timeout | undefined;
  /** Time since which it does not answer although it executes runs of this node. */
  silentSince: number | undefined;
  lastRefusal: number | undefined;
}

/** Pause after a fallback was busy, ms. */
const BUSY_MS = 250;

/**
 * FALLBACKS: nodes of other clusters with the same key. They are asked when all nodes of this cluster are busy. This
 * node knows only their last answers. It asks those that execute its runs, so that it notices when one is lost.
 */
export class FallbackNodes {
  private readonly nodes: Fallback[];

  constructor(
    addresses: readonly Address[],
    private readonly parts: {
      timing: Timing;
      http: PeerHttp;
      forwardedRuns: ForwardedRuns;
      query: () => Record<string, string>;
      log: Pick<Logger, "warn">;
    },
  ) {
    this.nodes = addresses.map((address) => ({
      ...address,
      nextTryAt: 0,
      failures: 0,
      runs: 0,
      watch: undefined,
      silentSince: undefined,
      lastRefusal: undefined,
    }));
  }

  /** In the order of FALLBACKS, without those that were busy or unreachable just now. */
  worthAsking(): Fallback[] {
    const now = performance.now();
    return this.nodes.filter(({ nextTryAt }) => nextTryAt <= now);
  }

  /** Notes an answer. */
  answered(node: Fallback, answer: OfferAnswer): void {
    const now = performance.now();
    const { timing, log } = this.parts;
    if (answer.kind === "accepted") {
      node.failures = 0;
      node.lastRefusal = undefined;
    } else if (answer.kind === "declined" && answer.status === 503) {
      node.failures = 0;
      node.nextTryAt = now + BUSY_MS;
    } else {
      node.failures++;
      node.nextTryAt =
        now + backoffMs(node.failures + 1, { firstMs: timing.intervalMs, longestMs: timing.longestPauseMs });
      if (answer.kind === "declined" && node.lastRefusal !== answer.status) {
        node.lastRefusal = answer.status;
        const text =
          "FALLBACKS: a node rejects runs of this node; it needs the same key (CLUSTERKEY, or APIKEY without it)";
        log.warn({ fallback: formatAddress(node), status: answer.status, answer: answer.body.slice(0, 300) }, text);
      }
    }
  }

  began(node: Fallback): void {
    if (++node.runs > 1) return;
    node.silentSince = undefined;
    node.watch = setInterval(() => void this.look(node), this.parts.timing.deadMs / 3).unref();
  }

  ended(node: Fallback): void {
    if (--node.runs === 0) clearInterval(node.watch);
  }

  close(): void {
    for (const { watch } of this.nodes) clearInterval(watch);
  }

  private async look(node: Fallback): Promise<void> {
    const { http, timing, forwardedRuns, query } = this.parts;
    const from = performance.now();
    try {
      const target = `/v1/cluster/self?${new URLSearchParams(query())}`;
      await http.send(node, "GET", target, { timeoutMs: timing.deadMs / 3 });
      node.silentSince = undefined;
    } catch {
      node.silentSince ??= from;
      if (performance.now() - node.silentSince < timing.deadMs * 0.9) return;
      forwardedRuns.lose(formatAddress(node), "it has not replied for NODETIMEOUT");
    }
  }
}
