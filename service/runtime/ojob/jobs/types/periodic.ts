import { jobScope } from "../../../base/job-scope.js";
import { delay, type Steps, spawn } from "../../../base/scheduler.js";
import { world } from "../../../base/world.js";
import { typeArgValue } from "../../args/type-args.js";
import { engine } from "../../state/engine.js";
import { logStart, logSuccess } from "../../state/log.js";
import { execute } from "../execute.js";
import { CronTimes } from "./cron.js";
import { CronCheck } from "./cron-check.js";
import type { Execution } from "./index.js";
import { noteError } from "./simple.js";

/** `type: periodic`: runs the code at once and then every `timeInterval` ms, or by a `cron` expression. */
export function startPeriodic(execution: Execution): true {
  const { job } = execution;
  const intervalMs = Number(typeArgValue(job.typeArgs.timeInterval));
  const waits = typeArgValue(job.typeArgs.waitForFinish) === true;
  if (intervalMs > 0) keep(job.name, everyMs(execution, intervalMs, waits));
  else if (job.typeArgs.cron !== undefined) {
    const times = new CronTimes(String(typeArgValue(job.typeArgs.cron)), engine.settings.cronInLocalTime === true);
    keep(job.name, byCron(execution, times, waits));
  }
  return true;
}

/** Ends the loops of all periodic jobs. */
export function stopPeriodic(): void {
  for (const name of Object.keys(engine.threads)) {
    for (const loop of engine.threads[name]!) loop.stop();
    delete engine.threads[name];
  }
}

function keep(name: string, loop: Steps<void>): void {
  const task = spawn(`periodic ${name}`, () => loop);
  (engine.threads[name] ??= []).push({ stop: () => task.drop() });
}

function* everyMs(execution: Execution, intervalMs: number, waits: boolean): Steps<void> {
  for (;;) {
    const startMs = world.host.clock.nowMs();
    if (waits) yield* runPeriodic(execution);
    else keep(execution.job.name, once(runPeriodic(execution)));
    yield delay(Math.max(1, waits ? intervalMs : intervalMs - (world.host.clock.nowMs() - startMs)));
  }
}

function* byCron(execution: Execution, times: CronTimes, waits: boolean): Steps<void> {
  const check = CronCheck.of(execution.job);
  if (check?.isDue(times)) yield* runChecked(execution, check);
  for (;;) {
    const nextMs = times.after(world.host.clock.nowMs());
    if (nextMs === undefined) return;
    yield delay(Math.max(1, nextMs - world.host.clock.nowMs()));
    if (waits) yield* runChecked(execution, check);
    else keep(execution.job.name, runChecked(execution, check));
  }
}

function* once(work: Steps<unknown>): Steps<void> {
  yield* work;
}

/** One run. @returns did it succeed? */
function* runPeriodic({ job, args, id, deps }: Execution): Steps<boolean> {
  const execId = logStart(job.name, id, args, job.typeArgs);
  args.execid = execId;
  try {
    yield* execute(job, args, id, deps);
    logSuccess(job.name, id, execId, args, job.typeArgs);
    return true;
  } catch (error) {
    noteError(job.name, id, execId, args, error, job.typeArgs);
    return false;
  }
}

/** A run with what `cronCheck` asks for: its outcome noted, and retries when it failed. */
function* runChecked(execution: Execution, check: CronCheck | undefined): Steps<void> {
  for (let tries = 0; ; tries++) {
    check?.touch("start", tries);
    if (yield* runPeriodic(execution)) return void check?.touch("success", tries);
    check?.touch("error", tries);
    if (check?.retryWaitMs === undefined) return;
    if (tries >= check.retries) {
      jobScope.logWarn(`Achieved the maximum number of retries for job '${execution.job.name}'.`);
      return;
    }
    yield delay(check.retryWaitMs);
    jobScope.logWarn(`Retrying job in error: '${execution.job.name}'...`);
  }
}
