import type { FileReport } from "./check-file.js";
import type { FindingKind } from "./finding.js";

/** Number of files that can run, and reasons why the others can not. */
export interface Summary {
  files: number;
  runnable: number;
  notRunnable: number;
  /** Files of folders that are no job files. */
  skipped: number;
  /** Kind of error → files that have one. */
  reasons: Partial<Record<FindingKind, number>>;
  /** Missing names with the number of their files; the most frequent first. */
  missing: { name: string; kind: FindingKind; files: number }[];
}

/** @param skipped files that were no job files */
export function summaryOf(reports: readonly FileReport[], skipped: number): Summary {
  const reasons: Summary["reasons"] = {};
  const missing = new Map<string, Summary["missing"][number]>();
  for (const { findings } of reports) {
    const errors = findings.filter(({ severity }) => severity === "error");
    for (const kind of new Set(errors.map((one) => one.kind))) reasons[kind] = (reasons[kind] ?? 0) + 1;
    const named = new Map(
      errors.flatMap(({ kind, name }) => (name === undefined ? [] : [[`${kind}\0${name}`, { kind, name }]])),
    );
    for (const [key, { kind, name }] of named) {
      const known = missing.get(key) ?? { name, kind, files: 0 };
      known.files++;
      missing.set(key, known);
    }
  }
  const runnable = reports.filter(({ runs }) => runs).length;
  return {
    files: reports.length,
    runnable,
    notRunnable: reports.length - runnable,
    skipped,
    reasons,
    missing: [...missing.values()].sort((a, b) => b.files - a.files || (a.name < b.name ? -1 : 1)),
  };
}

const titles: Record<FindingKind, string> = {
  yaml: "text that cannot be parsed",
  document: "malformed job files",
  key: "unknown keys",
  include: "includes that do not exist",
  job: "jobs that do not exist",
  cycle: "cycles",
  language: "unknown languages",
  program: "programs that are not installed",
  pack: "packages that are not part of the engine",
  script: "scripts that do not exist",
  code: "code that does not compile",
  check: "checks",
  name: "functions that the engine lacks",
};

const MAX_MISSING = 20;

/** The summary for users. */
export function summaryText(summary: Summary): string {
  const { files, runnable, notRunnable, skipped, reasons, missing } = summary;
  const lines = [`files        ${files}${skipped === 0 ? "" : ` (and ${skipped} that are not job files)`}`];
  lines.push(`runnable     ${runnable}`, `not runnable ${notRunnable}`);
  const why = (Object.entries(reasons) as [FindingKind, number][]).sort(
    ([kind, a], [other, b]) => b - a || (titles[kind] < titles[other] ? -1 : 1),
  );
  if (why.length > 0) lines.push("", "Why not (files; one may have several reasons):");
  for (const [kind, count] of why) lines.push(`  ${String(count).padStart(5)}  ${titles[kind]}`);
  if (missing.length > 0) lines.push("", "Most often missing (files):");
  const shown = missing.slice(0, MAX_MISSING);
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  for (const { name, kind, files: count } of shown)
    lines.push(`  ${String(count).padStart(5)}  ${name.padEnd(width)}  ${kind}`);
  if (missing.length > shown.length) lines.push(`         and ${missing.length - shown.length} more (--json has them)`);
  return `${lines.join("\n")}\n`;
}
