import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError } from "../base/errors.js";
import type { Logger } from "../base/log/logger.js";
import type { OJobSources } from "../catalog/ojob-source.js";
import type { RunFolder } from "../catalog/run-folder.js";
import type { Schedule } from "../config/index.js";
import { isTerminal } from "../model/record.js";
import type { RunSettings, Runs, WantedRun } from "../model/runs.js";
import type { LastTicks, TakenTick } from "./last-tick.js";

/** Longest wait for the end of a run that is killed to make room for the next, ms. */
const KILL_TIMEOUT_MS = 30_000;

/** Parts that the runs of schedules need. */
export interface TickOptions {
  runs: Pick<Runs, "submit" | "get" | "kill">;
  folder: Pick<RunFolder, "find">;
  sources: OJobSources;
  ticks: LastTicks;
  log: Pick<Logger, "info" | "warn" | "error">;
}

/** Runs a schedule for a tick, unless another node does, or an earlier run prevents it. Never throws. */
export async function runTick(schedule: Schedule, tick: number, options: TickOptions): Promise<void> {
  const { ticks, log } = options;
  const fields = { schedule: schedule.name, tick: new Date(tick).toISOString() };
  let taken: TakenTick | undefined;
  try {
    taken = await ticks.take(schedule, tick);
    if (taken === undefined) return;
    const obstacle = await findObstacle(schedule, taken.before, options);
    if (obstacle !== undefined) {
      log.warn({ ...fields, uuid: taken.before }, `schedule skipped: ${obstacle}`);
      await taken.settle("skipped", taken.before);
      return;
    }
    const { record } = await options.runs.submit(wantedRun(schedule, tick, options));
    log.info({ ...fields, uuid: record.uuid }, "schedule submitted");
    await taken.settle("submitted", record.uuid);
  } catch (error) {
    // A node that stops leaves the tick as taken: when its process is gone, it counts as missed.
    if (error instanceof ServiceError && error.code === "draining") return;
    log.error({ ...fields, err: error }, "cannot run a schedule");
    await taken?.settle("failed", taken.before).catch((cause: unknown) => {
      log.error({ ...fields, err: cause }, "cannot record the outcome of a schedule");
    });
  }
}

/**
 * Finds the oJob of a schedule.
 * @throws ServiceError when the job is missing, or is no oJob
 */
export function findJob(
  { name, job, ojob = "" }: Schedule,
  { folder, sources }: Pick<TickOptions, "folder" | "sources">,
): Pick<WantedRun, "file" | "text" | "args" | "settings"> {
  const title = `schedule ${name}`;
  const found =
    job === undefined ? { file: title, text: ojob, source: sources.parse(ojob, "any", title) } : folder.find(job);
  return { file: found.file, text: found.text, args: found.source.args, settings: found.source.rojob };
}

function wantedRun(schedule: Schedule, tick: number, options: TickOptions): WantedRun {
  const { file, text, args, settings } = findJob(schedule, options);
  return {
    file,
    text,
    args: { ...args, ...schedule.args },
    by: `schedule ${schedule.name}`,
    settings: settingsOf(settings, schedule),
    // A tick that is run again, as its node died in between, must not become two runs.
    idempotencyKey: `schedule ${schedule.name} ${tick}`,
  };
}

/** Runs have the name of their schedule, unless the job itself limits the runs of its name. */
function settingsOf(settings: RunSettings, { name, overlap }: Schedule): RunSettings {
  if (settings.name !== undefined && (settings.unique || settings.maxPerName !== undefined)) return settings;
  const named = { ...settings, name: name.replaceAll("-", "_") };
  return overlap === "queue" ? { ...named, maxPerName: 1 } : named;
}

/** Reason to skip the run of a tick; kills an earlier run if the schedule says so. */
async function findObstacle(
  { overlap }: Schedule,
  before: string | undefined,
  { runs }: TickOptions,
): Promise<string | undefined> {
  const earlier = before === undefined ? undefined : await runs.get(before);
  if (earlier === undefined || isTerminal(earlier.state)) return undefined;
  switch (overlap) {
    case "skip":
      return "the previous run has not ended";
    case "queue":
      return earlier.state === "accepted" ? "the previous run is still waiting" : undefined;
    case "kill": {
      const over = new AbortController();
      const late = sleep(KILL_TIMEOUT_MS, "late" as const, { signal: over.signal }).catch(() => "late" as const);
      const outcome = await Promise.race([runs.kill(earlier.uuid), late]);
      over.abort();
      return outcome === "late" ? "the previous run was killed and has not ended" : undefined;
    }
  }
}
