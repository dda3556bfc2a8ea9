import { passInterrupt, type Steps, spawn, type Task } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { genUUID } from "../../lib/bytes/hashes.js";
import { nextScheduled } from "../../lib/format/cron.js";
import { logErr } from "../../lib/terminal/log.js";

export interface Entry {
  expr: string;
  func: (uuid: string) => unknown;
  /** Does it wait for its own last call? */
  wff: boolean | undefined;
  exec: boolean;
  next: number;
}

const SECOND_MS = 1_000;
const now = (): number => world.host.clock.nowMs();

/** The next time (ms since the epoch) of a cron expression at or after `fromMs`; Infinity when there is none. */
function nextOf(expression: string, fromMs: number): number {
  const date = nextScheduled(expression, 1, new Date(fromMs)) as Date | 0;
  return date === 0 ? Number.POSITIVE_INFINITY : new Date(date).getTime();
}

/** Functions called by cron expressions (`ow.server.scheduler()`). */
export function makeScheduler() {
  let task: Task | undefined;
  let report: (error: unknown) => void = (error) => void logErr(String(error));

  const run = (uuid: string, entry: Entry): void => {
    entry.exec = true;
    spawn(`schedule ${entry.expr}`, () => {
      try {
        entry.func(uuid);
      } catch (error) {
        passInterrupt(error);
        report(error);
      } finally {
        entry.exec = false;
      }
    });
  };

  const loop = function* (): Steps<void> {
    for (;;) {
      const atMs = Math.min(...Object.values(scheduler.__entries).map((entry) => entry.next));
      if (atMs === Number.POSITIVE_INFINITY) return;
      yield { atMs, ready: () => now() >= atMs };
      for (const uuid of Object.keys(scheduler.__entries)) {
        const entry = scheduler.__entries[uuid]!;
        if (entry.next > now()) continue;
        entry.next = nextOf(entry.expr, Math.max(now(), entry.next + SECOND_MS));
        if (!(entry.wff && entry.exec)) run(uuid, entry);
      }
    }
  };

  const soonest = (): { uuid: string; atMs: number } | undefined => {
    let best: { uuid: string; atMs: number } | undefined;
    for (const uuid of Object.keys(scheduler.__entries)) {
      const atMs = nextOf(scheduler.__entries[uuid]!.expr, now());
      if (best === undefined || atMs < best.atMs) best = { uuid, atMs };
    }
    return best;
  };

  const put = (uuid: string, expr: string, func: Entry["func"], wff?: boolean): string => {
    scheduler.__entries[uuid] = { expr, func, wff, exec: false, next: nextOf(expr, now()) };
    scheduler.resetSchThread();
    return uuid;
  };

  const scheduler = {
    __entries: {} as Record<string, Entry>,
    /** @param waits true: not called again while its last call goes on */
    addEntry: (expr: string, func: Entry["func"], waits?: boolean): string => put(genUUID(), expr, func, waits),
    modifyEntry: (uuid: string, expr: string, func: Entry["func"], waits?: boolean): string | undefined =>
      scheduler.__entries[uuid] === undefined ? undefined : put(uuid, expr, func, waits),
    /** In ms. */
    timeUntilNext(): number | undefined {
      const next = soonest();
      return next && next.atMs - now();
    },
    nextUUID: (): string | -1 => soonest()?.uuid ?? -1,
    /** @param onError gets what functions throw; absent: it is logged */
    resetSchThread(onError?: (error: unknown) => void): void {
      report = onError ?? report;
      task?.drop();
      task = spawn("schedule", loop);
    },
    stop(): void {
      task?.drop();
      scheduler.__entries = {};
    },
  };
  return scheduler;
}
