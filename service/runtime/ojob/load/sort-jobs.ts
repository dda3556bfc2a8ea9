import type { JobDefinition } from "../model/shapes.js";

/**
 * Jobs in the order in which they have to be registered: those others depend on (by from, to or deps, at any distance)
 * before them, else as in the file.
 * @throws text with the cycle, when jobs depend on each other
 */
export function sortJobs(jobs: JobDefinition[]): JobDefinition[] {
  const byName = new Map<string, JobDefinition[]>();
  for (const job of jobs) byName.set(job?.name, [...(byName.get(job?.name) ?? []), job]);
  const sources = new Map<string, string[]>();
  let hasAny = false;
  for (const [name, same] of byName) {
    const names = same.flatMap(neededBy).filter((one) => byName.has(one));
    if (names.length > 0) hasAny = true;
    sources.set(name, names);
  }
  if (!hasAny) return jobs;
  findCycle(sources);
  const score = new Map<string, number>();
  for (const name of sources.keys())
    for (const needed of allNeeded(name, sources)) score.set(needed, (score.get(needed) ?? 0) + 1);
  return [...jobs].sort((a, b) => (score.get(b.name) ?? 0) - (score.get(a.name) ?? 0));
}

/** Names of the jobs a job takes code from or waits for. */
export function neededBy(job: JobDefinition): string[] {
  return [job?.from, job?.earlier, job?.to, job?.then, job?.deps]
    .flatMap((value) => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]))
    .map((entry) => (typeof entry === "object" ? entry?.name : entry));
}

function allNeeded(name: string, sources: Map<string, string[]>): Set<string> {
  const found = new Set<string>();
  const waiting = [...sources.get(name)!];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...sources.get(next)!);
  }
  return found;
}

function findCycle(sources: Map<string, string[]>): void {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (done.has(name)) return;
    const at = path.indexOf(name);
    if (at >= 0) {
      const cycle = [...path.slice(at), name].map((one) => `'${one}'`).join(" -> ");
      throw `Jobs need each other (by from, to or deps): ${cycle}`;
    }
    path.push(name);
    for (const needed of sources.get(name)!) visit(needed);
    path.pop();
    done.add(name);
  };
  for (const name of sources.keys()) visit(name);
}
