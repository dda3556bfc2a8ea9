import { jobScope } from "../../base/job-scope.js";
import { maxOf, minOf } from "../../base/values/lists.js";
import { world } from "../../base/world.js";
import { timeago } from "../../lib/format/dates.js";
import { elapsedTime4ms } from "../../lib/format/elapsed.js";
import { output } from "../../lib/terminal/output.js";
import { print } from "../../lib/terminal/print.js";
import { ansiColor } from "../../lib/text/ansi.js";
import type { JobEngine } from "../model/port.js";
import type { AnyMap, JobLog } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { PLANS } from "./job.js";

/** Reports of executions and their outcomes; with `final` in the name at the end of the run. */

function showRuns(args: AnyMap, _job: unknown, _id: string, engine: JobEngine): void {
  print("\n");
  const logs = engine.logs();
  const rows: AnyMap[] = logs
    .filter(({ name }) => name !== "ojob report" && name !== "ojob final report")
    .map((log) => ({
      "Job name": log.name,
      Status: statusOf(log),
      "# execs": log.count,
      "Total time": elapsedTime4ms(log.totalTime, { abrev: true }),
      "Avg time": elapsedTime4ms(log.avgTime, { abrev: true }),
      "Last exec": lastOf(log),
    }));
  const firstMs = minOf(logs.map(({ createDate }) => createDate));
  rows.push({
    "Job name": "TOTAL:",
    Status: "",
    "# execs": "",
    "Total time": elapsedTime4ms(world.host.clock.nowMs() - firstMs),
    "Avg time": "",
    "Last exec": "",
  });
  args.__format ??= "table";
  output(rows, args);
}

function statusOf(log: JobLog): string {
  if (!log.start) return "not started";
  if (log.success) return "OK";
  if (!log.deps) return "failed deps";
  return log.error ? "NOT OK!" : "executing";
}

function lastOf({ log }: JobLog): string {
  const ends = log.flatMap(({ endTime }) => (endTime === undefined ? [] : [endTime]));
  return ends.length === 0 ? "n/a" : timeago(maxOf(ends));
}

function showDeps(_args: AnyMap, _job: unknown, _id: string, engine: JobEngine): void {
  const marks = new Map<string, string>();
  for (const log of engine.logs()) if (!isBuiltin(log.name)) marks.set(log.name, markOf(log));
  const tree: AnyMap = {};
  for (const { name, deps } of engine.jobs())
    if (!isBuiltin(name))
      tree[name] = deps
        .map((dep) => (typeof dep === "string" ? dep : dep.name))
        .map((dep) => `${marks.get(dep) ?? ansiColor("YELLOW", "⏸")} ${dep}`)
        .join(", ");
  output(tree, { __format: "tree" });
}

const isBuiltin = (name: string): boolean => name.startsWith("ojob ");

function markOf(log: JobLog): string {
  if (!log.start) return ansiColor("YELLOW", "⏸");
  if (log.success) return ansiColor("GREEN", "✓");
  return log.deps && !log.error ? ansiColor("BLUE", "▷") : ansiColor("RED", "✕");
}

function showPlans(args: AnyMap): void {
  output(jobScope.$ch(PLANS).getAll(), { __format: args.__format ?? "table" });
}

export const report: Builtin = { name: "ojob report", exec: showRuns };
export const finalReport: Builtin = { name: "ojob final report", type: "shutdown", exec: showRuns };
export const depsReport: Builtin = { name: "ojob deps report", exec: showDeps };
export const finalDepsReport: Builtin = { name: "ojob final deps report", type: "shutdown", exec: showDeps };
export const jobReport: Builtin = { name: "ojob job report", exec: showPlans };
export const jobFinalReport: Builtin = { name: "ojob job final report", type: "shutdown", exec: showPlans };
