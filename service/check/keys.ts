import { nearestName } from "../base/nearest.js";
import { type Finding, finding, hint } from "./finding.js";
import type { Unit } from "./unit.js";
import { isMap } from "./values.js";

const words = (text: string): string[] => text.trim().split(/\s+/);

const topKeys = words("jobs todo init ojob include jobsInclude code help rojob");

const jobKeys =
  words(`name exec lang args deps from to earlier then catch onerror check each type typeArgs file execFile
  execRequire help`);

const ojobKeys = words(`sequential async numThreads shareArgs templateArgs initTemplateEscape argsFromEnvs depsWait
  depsTimeout depsOnFail catch onerror daemon daemonFunc timeInterval unique checkStall langs loads loadLibs opacks owraps
  includeOJob integrity execRequire flags channels metrics id tags showHelp logToConsole logOJob logJobs logArgs logLimit
  logHistory ignoreNoLog logToFile log conAnsi conWidth debug cronInLocalTime poolThreadFactor`);

const checkKeys = ["in", "out", "_in", "_out"];

/** Finds unused keys: most are misspelt ones. */
export function unknownKeys(unit: Unit): Finding[] {
  const { document } = unit;
  if (document === undefined) return [];
  const found: Finding[] = [];
  const look = (owner: unknown, known: readonly string[], where: string): void => {
    if (!isMap(owner)) return;
    for (const key of Object.keys(owner)) {
      if (known.includes(key)) continue;
      const near = nearestName(key, known);
      // Private keys, for anchors and remarks, are no mistake.
      if (near === undefined && /^[^A-Za-z]|^x-/.test(key)) continue;
      const message = `unknown key '${key}' ${where} is ignored${hint(near)}`;
      found.push(finding("warning", "key", unit.placeOfKey(owner, key), message, key));
    }
  };
  look(document, topKeys, "at the top level");
  look(document.ojob, ojobKeys, "of ojob");
  const { jobs } = document;
  if (!Array.isArray(jobs)) return found;
  for (const job of jobs) {
    if (!isMap(job)) continue;
    look(job, jobKeys, `of job '${job.name}'`);
    look(job.check, checkKeys, `in check of job '${job.name}'`);
  }
  return found;
}
