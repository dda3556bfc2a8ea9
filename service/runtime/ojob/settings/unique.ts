import { jobScope } from "../../base/job-scope.js";
import { delay, type Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { getPid, pidCheckIn } from "../../features/server/check-in.js";
import { typeArgValue } from "../args/type-args.js";
import { runProcess } from "../langs/process.js";
import type { AnyMap } from "../model/shapes.js";

/** Longest time for a process to end after a request, and after a kill, ms. */
const END_MS = 5000;
const KILLED_MS = 1000;
const LOOK_MS = 50;

/**
 * `ojob.unique`: one process a pid file. The args `stop`, `restart`, `forcestop` and `status` act on the one that runs.
 * Applies where a run has a process to itself; a run of a node logs a hint to use `rojob.unique`.
 */
export function* keepUnique(unique: AnyMap, args: AnyMap): Steps<void> {
  if (world.request.ownsProcess !== true) {
    jobScope.logErr(
      "ojob.unique is for runs with a process of their own (rojob exec --local): a node has rojob.unique",
    );
    return;
  }
  const file = String(typeArgValue(unique.pidFile) ?? "ojob.pid");
  const asked = (name: string): boolean => args[name] !== undefined;
  const running = runningUnder(file);
  if (running === undefined) {
    // There is nothing to act on; OpenAF would go on and run the jobs that should be stopped.
    if (asked("status") || asked("stop") || asked("forcestop")) return leave("Not running", 0);
    return takeOver(file);
  }
  if (asked("status")) return leave(`Running on pid = ${running}`, -1);
  if (unique.killPrevious !== true && !["stop", "restart", "forcestop"].some(asked)) {
    jobScope.logErr(`process ${running} runs under '${file}' already (ojob.unique)`);
    return world.engine().exit(-1);
  }
  const hasEnded = yield* endProcess(running, asked("forcestop"));
  if (asked("stop") || asked("forcestop"))
    return hasEnded ? leave("Stopped", 0) : leave(`Failed to stop (${running})`, -1);
  if (!hasEnded) return leave(`Failed to stop (${running})`, -1);
  jobScope.log("Restarting");
  takeOver(file);
}

/** Replaces a pid file whose process is gone. */
function takeOver(file: string): void {
  world.host.files.remove(file);
  pidCheckIn(file);
}

function leave(text: string, code: number): never {
  jobScope.log(text);
  return world.engine().exit(code);
}

/** Id of the process that lives under a pid file; undefined when there is none. */
function runningUnder(file: string): number | undefined {
  const { files, process } = world.host;
  const stat = files.stat(file);
  if (stat === "") return undefined;
  const pid = Number(getPid(file).trim());
  if (!(pid > 0) || pid === process.pid() || !isRunning(pid)) return undefined;
  return isYounger(pid, JSON.parse(stat).modifiedMs) ? undefined : pid;
}

/** Fields of /proc/PID/stat from the third on; undefined where there is no such file. */
function statOf(pid: number): string[] | undefined {
  const { files } = world.host;
  if (files.stat(`/proc/${pid}/stat`) === "") return undefined;
  const text = files.readText(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Does it live? One that ended and that nobody has taken note of does not. */
function isRunning(pid: number): boolean {
  return world.host.process.isAlive(pid) && statOf(pid)?.[0] !== "Z";
}

/** Was the process started after `ms`? Then the id was given to another, which must be left alone. */
function isYounger(pid: number, ms: number): boolean {
  const stat = statOf(pid);
  if (stat === undefined) return false;
  const upSeconds = Number.parseFloat(world.host.files.readText("/proc/uptime"));
  const ageMs = (upSeconds - Number(stat[19]) / 100) * 1000;
  return world.host.clock.nowMs() - ageMs > ms + 1000;
}

/** Asks a process to end, and kills it when it does not. @returns has it ended? */
function* endProcess(pid: number, atOnce: boolean): Steps<boolean> {
  if (!atOnce && (yield* signal(pid, "TERM", END_MS))) return true;
  return yield* signal(pid, "KILL", KILLED_MS);
}

function* signal(pid: number, name: string, waitMs: number): Steps<boolean> {
  const { clock } = world.host;
  yield* runProcess({ command: ["/bin/sh", "-c", `kill -${name} ${pid}`] }, "shell", "ojob.unique");
  for (const untilMs = clock.nowMs() + waitMs; clock.nowMs() < untilMs; yield delay(LOOK_MS))
    if (!isRunning(pid)) return true;
  return !isRunning(pid);
}
