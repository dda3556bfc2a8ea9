import type { Reference } from "./entries.js";
import { type Finding, finding, type Place } from "./finding.js";

/** Jobs that need each other by from, to or deps: such a file is refused. */
export function jobCycles(references: readonly Reference[]): Finding[] {
  const needs = new Map<string, { name: string; place: Place }[]>();
  for (const { owner, name, place, list } of references)
    if (owner !== undefined && list !== "each") needs.set(owner, [...(needs.get(owner) ?? []), { name, place }]);
  const done = new Set<string>();
  const path: string[] = [];
  const found: Finding[] = [];
  const visit = (name: string, place: Place | undefined): void => {
    const at = path.indexOf(name);
    if (at >= 0) {
      const cycle = [...path.slice(at), name].map((one) => `'${one}'`).join(" -> ");
      found.push(finding("error", "cycle", place!, `jobs depend on each other (from, to or deps): ${cycle}`));
      return;
    }
    if (done.has(name)) return;
    path.push(name);
    for (const next of needs.get(name) ?? []) visit(next.name, next.place);
    path.pop();
    done.add(name);
  };
  for (const name of needs.keys()) visit(name, undefined);
  return found;
}
