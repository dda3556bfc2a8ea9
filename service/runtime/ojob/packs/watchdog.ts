import { jobScope } from "../../base/job-scope.js";
import { runSteps } from "../../base/scheduler.js";
import { textOf } from "../../base/values/thrown.js";
import { world } from "../../base/world.js";
import { readFileJSON, writeFileJSON } from "../../lib/files/data.js";
import { fileExists, listFiles } from "../../lib/files/info.js";
import { readText } from "../../lib/files/text.js";
import { check } from "../../lib/maps/sigil.js";
import { log, logErr, logWarn } from "../../lib/terminal/log.js";
import type { JobEngine } from "../model/port.js";
import type { AnyMap } from "../model/shapes.js";
import { codeOf } from "./code.js";
import type { Pack } from "./pack.js";

/** `oJobWatchDog.yaml`: looks whether something runs as it should, and stops and starts it when it does not. */

const MINUTE_MS = 60_000;

/** Checks what `args.checks` names. @returns is a restart needed? */
function needsRestart(args: AnyMap): boolean {
  const { pid, custom, log: logFile } = args.checks;
  const findings: AnyMap = args.__watchdog.checks;
  let isNeeded = false;
  if (pid !== undefined) {
    findings.pid = isRunning(check(pid.file, "checks.pid.file").isString().$_());
    if (!findings.pid) {
      logWarn(`'${pid.file}' not running.`);
      isNeeded = args.cmdToStart !== undefined || args.execToStart !== undefined || args.jobToStart !== undefined;
    } else if (args.quiet === false) log(`'${pid.file}' is running.`);
    if (args.execToStop === undefined && args.cmdToStop === undefined) args.pidToStop = pid.file;
  }
  if (custom?.exec !== undefined) {
    findings.custom = runSteps(codeOf(custom.exec, "args", "oJob WatchDog checks.custom.exec")(args));
    if (!findings.custom) isNeeded = true;
  }
  if (logFile !== undefined && hasFindings(logFile, findings)) isNeeded = true;
  args.__watchdog.shouldRestart = isNeeded;
  return isNeeded;
}

function pidOf(file: string): number {
  return world.host.files.stat(file) === "" ? 0 : Number.parseInt(world.host.files.readText(file), 10);
}

function isRunning(file: string): boolean {
  const pid = pidOf(file);
  return pid > 0 && world.host.process.isAlive(pid);
}

/** New lines of the youngest log file that match, since the last time; `histFile` says where that was. */
function hasFindings({ folder, fileRE, stringRE, histFile, olderMin }: AnyMap, findings: AnyMap): boolean {
  if (folder === undefined || fileRE === undefined || histFile === undefined) return false;
  const youngest = listFiles(folder)
    .files!.filter(({ filename }: AnyMap) => new RegExp(fileRE).test(filename))
    .sort((a: AnyMap, b: AnyMap) => b.lastModified - a.lastModified)[0];
  if (youngest === undefined) throw `checks.log: no file of '${folder}' matches '${fileRE}'`;
  const ageMinutes = (world.host.clock.nowMs() - youngest.lastModified) / MINUTE_MS;
  const isOld = olderMin !== undefined && ageMinutes > olderMin;
  if (isOld) {
    findings.logOlderMin = new Date(youngest.lastModified);
    logWarn(`Log is older than ${olderMin} minutes (${findings.logOlderMin})`);
  }
  const { filename: file, size } = youngest;
  const old = fileExists(histFile) ? readFileJSON(histFile) : undefined;
  const line = old?.file === file && old.size <= size ? old.line : 0;
  const lines: string[] = readText(youngest.canonicalPath).replace(/\n$/, "").split("\n");
  const patterns = [stringRE ?? []].flat().map((pattern) => new RegExp(pattern, "i"));
  const found = lines.flatMap((text, index) =>
    index >= line && patterns.some((pattern) => pattern.test(text)) ? [{ line: index + 1, text, file }] : [],
  );
  for (const one of found) logWarn(`Found line '${one.text}' on line ${one.line} of ${file}.`);
  const history = { file, size, line: lines.length };
  findings.log = { history, lines: found };
  writeFileJSON(histFile, history);
  return isOld || found.length > 0;
}

/** Stops or starts by code, by a job and by a command, whichever are given. */
function act(args: AnyMap, phase: "Stop" | "Start", engine: JobEngine): void {
  const findings = args.__watchdog;
  findings.phase = phase.toLowerCase();
  const [code, job, command] = [args[`execTo${phase}`], args[`jobTo${phase}`], args[`cmdTo${phase}`]];
  if (code !== undefined) findings[`execTo${phase}`] = (jobScope.eval as typeof eval)(code);
  if (phase === "Stop" && args.pidToStop !== undefined && isRunning(args.pidToStop))
    jobScope.sh(`kill ${pidOf(args.pidToStop)}`);
  if (job !== undefined) engine.queue({ name: job, args });
  if (command !== undefined) {
    log(`${phase === "Stop" ? "Stopping" : "Starting"}: '${command}'`);
    const result = jobScope.sh(command, "", args[`timeout${phase}`], true, args[`workDir${phase}`], true);
    findings[`cmdTo${phase}`] = result;
    const wanted = args[`exitCode${phase}`];
    if (wanted !== undefined && Number(result.exitcode) !== Number(wanted))
      throw `'${command}' ended with exit code ${result.exitcode} instead of ${wanted}`;
    if (wanted === undefined && Number(result.exitcode) !== 0)
      logWarn(`'${command}' ended with exit code ${result.exitcode}`);
  }
  notify(args, engine);
  const waitMs = args[`waitAfter${phase}`];
  if (waitMs !== undefined) jobScope.sleep(Number(waitMs));
}

function notify(args: AnyMap, engine: JobEngine): void {
  if (args.jobToNotify !== undefined) engine.queue({ name: args.jobToNotify, args });
}

export const watchdog: Pack = {
  jobs: [
    {
      name: "oJob WatchDog",
      help: "checks: pid.file, log (folder, fileRE, stringRE, histFile, olderMin), custom.exec; then cmdToStop … and cmdToStart ….",
      exec(args, _job, _id, engine) {
        args.checks ??= {};
        args.__watchdog = { shouldRestart: false, phase: "checks", checks: {} };
        try {
          const isNeeded = needsRestart(args);
          notify(args, engine);
          if (!isNeeded && !args.STOP) return;
          act(args, "Stop", engine);
          if (!args.STOP) act(args, "Start", engine);
        } catch (error) {
          logErr(`WatchDog, ${args.__watchdog.phase}: ${textOf(error)}`);
          throw error;
        }
      },
    },
  ],
};
