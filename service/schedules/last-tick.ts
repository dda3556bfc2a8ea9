import path from "node:path";
import { isGone, isIdentity, ownIdentity, type ProcessIdentity } from "../base/process-identity.js";
import type { Schedule } from "../config/index.js";
import { type VersionStore, Versions } from "../store/versions.js";

/** The last tick of a schedule that a node took, and its outcome. */
export interface LastTick {
  /** ms since the epoch. */
  tick: number;
  /** Cron and time zone of the tick: with others nothing is known of missed ticks. */
  times: string;
  /** `taken`: by a process that is about to submit its run. */
  state: "begun" | "taken" | "submitted" | "skipped" | "failed";
  /** The newest run of the schedule; with `submitted` that of this tick. */
  uuid?: string;
  process: ProcessIdentity;
}

/** The right to run a tick. */
export interface TakenTick {
  /** The newest run of the schedule before this tick. */
  before: string | undefined;
  /** Stores the outcome. */
  settle(state: "submitted" | "skipped" | "failed", uuid: string | undefined): Promise<void>;
}

/**
 * The last ticks of the schedules, by name, in `.rojob/schedules/`. Each change is a compare and swap: of several nodes
 * on one work folder one takes a tick.
 */
export class LastTicks {
  private readonly versions: VersionStore;

  /** @param versions store of the ticks; default: in the work folder */
  constructor(workFolder: string, versions?: VersionStore) {
    this.versions = versions ?? new Versions(path.join(workFolder, ".rojob", "schedules"), true);
  }

  /**
   * The time from which ticks count as missed.
   * @param now the result for a new schedule, or one whose times were changed
   */
  async since(schedule: Schedule, now: number): Promise<number> {
    const seen = await this.versions.newest(schedule.name);
    const last = seen && read(seen.text);
    if (last?.times === timesOf(schedule)) return doneUpTo(last);
    const begun: LastTick = {
      tick: now,
      times: timesOf(schedule),
      state: "begun",
      uuid: last?.uuid,
      process: ownIdentity(),
    };
    await this.versions.add(schedule.name, (seen?.number ?? 0) + 1, JSON.stringify(begun));
    return now;
  }

  /** Takes a tick; undefined when it or a later one was taken. */
  async take(schedule: Schedule, tick: number): Promise<TakenTick | undefined> {
    const { name } = schedule;
    const seen = await this.versions.newest(name);
    const last = seen && read(seen.text);
    if (last !== undefined && last.times === timesOf(schedule) && doneUpTo(last) >= tick) return undefined;
    const number = (seen?.number ?? 0) + 1;
    const taken: LastTick = {
      tick,
      times: timesOf(schedule),
      state: "taken",
      uuid: last?.uuid,
      process: ownIdentity(),
    };
    if (!(await this.versions.add(name, number, JSON.stringify(taken)))) return undefined;
    return {
      before: last?.uuid,
      settle: async (state, uuid) => {
        await this.versions.rewrite(name, number, JSON.stringify({ ...taken, state, uuid }));
      },
    };
  }
}

function timesOf({ cron, timezone }: Schedule): string {
  return `${cron} ${timezone ?? ""}`;
}

/** A tick whose node died before its run was submitted has not been run. */
function doneUpTo({ tick, state, process }: LastTick): number {
  return state === "taken" && isGone(process) ? tick - 1 : tick;
}

function read(text: string): LastTick | undefined {
  try {
    const last = JSON.parse(text) as LastTick | null;
    return typeof last?.tick === "number" && isIdentity(last.process) ? last : undefined;
  } catch {
    return undefined; // half written when the machine died: as if there were none
  }
}
