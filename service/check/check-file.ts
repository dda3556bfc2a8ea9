import { checkCode } from "./code-check.js";
import { jobCycles } from "./cycles.js";
import { referencesOf } from "./entries.js";
import { gather } from "./file-set.js";
import { type Finding, finding } from "./finding.js";
import { unknownKeys } from "./keys.js";
import { badJobs, shortcutsOf, unknownJobs } from "./known-jobs.js";
import { missingPrograms } from "./languages.js";
import { neededPacks } from "./packs.js";
import { piecesOf } from "./pieces.js";
import type { Unit } from "./unit.js";
import { isMap } from "./values.js";
import type { Workspace } from "./workspace.js";

/** Result of the check of one job file. */
export interface FileReport {
  file: string;
  /** Can it run here? True when there is no error. */
  runs: boolean;
  findings: Finding[];
  /** Names it uses and the engine lacks. */
  missing: string[];
}

/**
 * Checks a job file without running it.
 * @param text its content
 * @param file its path, for the messages
 */
export function checkFile(text: string, file: string, workspace: Workspace): FileReport {
  const unit = workspace.unit(text, file);
  const findings = unit.document === undefined ? withoutDocument(unit) : findingsOf(unit, workspace);
  findings.sort(byPlace(file));
  const errors = findings.filter(({ severity }) => severity === "error");
  const missing = errors.flatMap(({ kind, name }) => (kind === "name" && name !== undefined ? [name] : []));
  return { file, runs: errors.length === 0, findings, missing: [...new Set(missing)].sort() };
}

/** Is it meant as a job file? Other YAML and JSON files lie in the same folders. */
export function isJobFile({ document, findings }: Unit): boolean {
  if (document === undefined) return findings.length > 0;
  const isJobs = Array.isArray(document.jobs) && document.jobs.every((job) => isMap(job));
  return (
    isJobs || Array.isArray(document.todo) || Array.isArray(document.include) || Array.isArray(document.jobsInclude)
  );
}

function withoutDocument(unit: Unit): Finding[] {
  if (unit.findings.length > 0) return [...unit.findings];
  return [finding("warning", "document", { file: unit.file }, "the file is not a map: nothing would run")];
}

function findingsOf(unit: Unit, workspace: Workspace): Finding[] {
  const set = gather(unit, workspace);
  const shortcuts = shortcutsOf(set, workspace);
  const references = set.units.flatMap((one) => referencesOf(one, shortcuts));
  const { pieces, findings } = piecesOf(set, references, workspace);
  const found = [
    ...set.findings,
    ...set.units.flatMap(unknownKeys),
    ...badJobs(set),
    ...unknownJobs(set, references, workspace),
    ...jobCycles(references),
    ...missingPrograms(set, workspace),
    ...neededPacks(set, workspace),
    ...findings,
    ...checkCode(set, pieces, workspace),
  ];
  if (unit.document!.jobs === undefined && unit.document!.todo === undefined && unit.document!.include === undefined)
    found.push(
      finding("warning", "document", { file: unit.file }, "the file has neither jobs nor todo: nothing would run"),
    );
  return found;
}

/** Orders findings: those of the file itself first, from its top down. */
function byPlace(file: string): (a: Finding, b: Finding) => number {
  return (a, b) => {
    if (a.file !== b.file) return a.file === file ? -1 : b.file === file ? 1 : a.file < b.file ? -1 : 1;
    return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  };
}
