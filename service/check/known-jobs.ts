import { nearestName } from "../base/nearest.js";
import type { KnownShortcut, Reference } from "./entries.js";
import type { FileSet } from "./file-set.js";
import { type Finding, finding, hint } from "./finding.js";
import { isFilledLater, isMap } from "./values.js";
import type { Workspace } from "./workspace.js";

/** All jobs of a file and its includes, by their definition. */
export function jobsOf({ units, packJobs }: FileSet): Record<string, any>[] {
  return [
    ...units.flatMap(({ document }) => (Array.isArray(document?.jobs) ? document.jobs.filter(isMap) : [])),
    ...packJobs,
  ];
}

/** The shortcuts that can be used in a file: the engine's, and those of its jobs and includes. */
export function shortcutsOf(set: FileSet, { vocabulary }: Workspace): Map<string, KnownShortcut> {
  const known = new Map<string, KnownShortcut>(Object.entries(vocabulary.shortcuts));
  const plain = (name: unknown): string => String(name).replace(/[()]/g, "");
  for (const job of jobsOf(set)) {
    const own = job.typeArgs?.shortcut;
    if (!isMap(own)) continue;
    const name = plain(own.name ?? job.name);
    if (known.has(name)) continue;
    const args = Object.entries(isMap(own.args) ? own.args : {}).map(([key, arg]) => [plain(key), plain(arg)]);
    known.set(name, { job: String(job.name), keyArg: own.keyArg, args: Object.fromEntries(args) });
  }
  return known;
}

const consequences: Record<Reference["list"], string> = {
  todo: "",
  from: "; it is skipped",
  to: "; it is skipped",
  deps: "; jobs that wait for it are skipped",
  each: "; it gets nothing",
};

/** Finds jobs that are named and do not exist. None when they may come from an include that was not read. */
export function unknownJobs(set: FileSet, references: Reference[], workspace: Workspace): Finding[] {
  if (set.isOpen) return [];
  const names = knownNames(set, workspace);
  const shortcuts = [...shortcutsOf(set, workspace).keys()];
  const found: Finding[] = [];
  for (const { name, place, list, owner } of references) {
    if (names.has(name) || isFilledLater(name)) continue;
    const severity = list === "todo" ? "error" : "warning";
    const where = owner === undefined ? list : `${list} of job '${owner}'`;
    const wanted = name.startsWith("(")
      ? `${where} uses ${name.replace(/\)*$/, ")")}, which is not a shortcut${hint(nearestName(name.replace(/[()]/g, ""), shortcuts))}`
      : `${where} names job '${name}', which does not exist${hint(nearestName(name, [...names]))}`;
    found.push(finding(severity, "job", place, `${wanted}${consequences[list]}`, name));
  }
  return found;
}

function knownNames(set: FileSet, { vocabulary }: Workspace): Set<string> {
  const withBuiltins = set.units.some(({ document }) => document?.ojob?.includeOJob !== false);
  return new Set([...jobsOf(set).map(({ name }) => String(name)), ...(withBuiltins ? vocabulary.jobs : [])]);
}

/** Finds problems of the definitions themselves. */
export function badJobs({ units }: FileSet): Finding[] {
  const found: Finding[] = [];
  for (const unit of units) {
    const { document } = unit;
    if (document === undefined) continue;
    for (const key of ["jobs", "todo"]) {
      const list: unknown = document[key];
      if (list !== undefined && list !== null && !Array.isArray(list))
        found.push(finding("error", "document", unit.placeOfKey(document, key), `${key} is not a list`));
    }
    if (!Array.isArray(document.jobs)) continue;
    for (const [index, job] of document.jobs.entries()) {
      const place = unit.placeOf(document.jobs, index);
      if (!isMap(job)) found.push(finding("error", "document", place, `job ${index + 1} is not a map`));
      else if (typeof job.name !== "string" || job.name === "")
        found.push(finding("error", "document", place, `job ${index + 1} has no name`));
      else if (job.exec === null)
        found.push(
          finding("error", "document", unit.placeOfKey(job, "exec"), `exec of job '${job.name}' has no value`),
        );
    }
  }
  return found;
}
