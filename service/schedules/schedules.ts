import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError } from "../base/errors.js";
import { ConfigError, type Schedule } from "../config/index.js";
import { CronTimes, SCHEDULES_SECTION } from "../config/schedules/index.js";
import type { VersionStore } from "../store/versions.js";
import { LastTicks } from "./last-tick.js";
import { findJob, runTick, type TickOptions } from "./tick.js";

export interface SchedulesOptions extends Omit<TickOptions, "ticks"> {
  schedules: readonly Schedule[];
  /** WORK; absolute. */
  workFolder: string;
  /** Store of the last ticks; default: in the work folder. */
  versions?: VersionStore;
}

/** Longest sleep at a time, ms: the clock may be set in between. */
const LONGEST_SLEEP_MS = 30_000;
/** A tick later than this, because the machine slept, was missed, ms. */
const LATE_MS = 60_000;

/** Runs jobs at their times, as asynchronous runs by `schedule NAME`. */
export class Schedules {
  private readonly stopping = new AbortController();
  private readonly ticks: LastTicks;
  private readonly schedules: readonly Schedule[];
  private loops: Promise<void>[] = [];

  constructor(private readonly options: SchedulesOptions) {
    this.schedules = options.schedules.filter(({ enabled }) => enabled);
    this.ticks = new LastTicks(options.workFolder, options.versions);
  }

  /**
   * Checks that the jobs exist.
   * @throws ConfigError with a line for each schedule whose job is missing, or is no oJob
   */
  check(): void {
    const problems: string[] = [];
    for (const schedule of this.schedules) {
      try {
        findJob(schedule, this.options);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        const field = schedule.job === undefined ? "ojob" : "job";
        problems.push(`${SCHEDULES_SECTION}.${schedule.name}.${field}: ${error.message}`);
      }
    }
    if (problems.length > 0) throw new ConfigError(problems);
  }

  /** Makes up for missed ticks, where that is wanted, and goes on from there. */
  start(): void {
    this.loops = this.schedules.map((schedule) => this.loop(schedule));
  }

  /** Submits no more runs. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  private async loop(schedule: Schedule): Promise<void> {
    const times = new CronTimes(schedule.cron, schedule.timezone);
    const { signal } = this.stopping;
    await this.catchUp(schedule, times);
    for (;;) {
      const next = times.next(Date.now());
      if (next === undefined || signal.aborted) return;
      for (let leftMs = next - Date.now(); leftMs > 0; leftMs = next - Date.now()) {
        // Rejects when it is to stop.
        await sleep(Math.min(leftMs, LONGEST_SLEEP_MS), undefined, { signal, ref: false }).catch(() => undefined);
        if (signal.aborted) return;
      }
      const tick = times.latest(Date.now()) ?? next;
      if (Date.now() - tick <= LATE_MS || schedule.catchUp) await this.run(schedule, tick);
      else this.logMissed(schedule, tick);
    }
  }

  private async catchUp(schedule: Schedule, times: CronTimes): Promise<void> {
    try {
      const now = Date.now();
      const since = await this.ticks.since(schedule, now);
      const latest = times.latest(now);
      if (latest === undefined || latest <= since) return;
      if (schedule.catchUp) await this.run(schedule, latest);
      else this.logMissed(schedule, latest);
    } catch (error) {
      this.options.log.error({ schedule: schedule.name, err: error }, "cannot find out what a schedule missed");
    }
  }

  private run(schedule: Schedule, tick: number): Promise<void> {
    return runTick(schedule, tick, { ...this.options, ticks: this.ticks });
  }

  private logMissed({ name }: Schedule, tick: number): void {
    const fields = { schedule: name, tick: new Date(tick).toISOString() };
    this.options.log.warn(fields, "schedule missed; use catchUp: true to run missed ticks");
  }
}
