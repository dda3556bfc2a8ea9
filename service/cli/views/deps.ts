import { nestedLists } from "../../check/entries.js";
import type { JobDefinition, OJobDocument } from "../../runtime/ojob/model/shapes.js";

interface Branch {
  /** `from`, `deps`, `each`, `to`, or the list of a built-in job that names it (`then`). */
  how: string;
  entry: unknown;
}

/**
 * The dependencies of each entry of the todo list, as a tree; jobs that no entry reaches come last.
 * @param others names of jobs that the file does not define itself: they are shown only where they are used
 */
export function depsText(document: OJobDocument, others: ReadonlySet<string>): string {
  const jobs = new Map((document.jobs ?? []).map((job) => [String(job.name), job]));
  const reached = new Set<string>();
  const lines: string[] = [];
  const walk = (entry: unknown, indent: string, above: readonly string[]): void => {
    reached.add(nameOf(entry));
    const branches = [...listsOf(entry), ...branchesOf(jobs.get(nameOf(entry)))];
    for (const [index, branch] of branches.entries()) {
      const isLast = index === branches.length - 1;
      const name = nameOf(branch.entry);
      const isCycle = above.includes(name);
      const remark = isCycle ? " (a cycle)" : isKnown(name, jobs) ? "" : " (does not exist)";
      lines.push(`${indent}${isLast ? "└─" : "├─"} ${branch.how} ${name}${remark}`);
      if (!isCycle) walk(branch.entry, `${indent}${isLast ? "   " : "│  "}`, [...above, name]);
    }
  };
  for (const entry of document.todo ?? []) {
    const name = nameOf(entry);
    lines.push(`${name}${isKnown(name, jobs) ? "" : " (does not exist)"}`);
    walk(entry, "", [name]);
  }
  const rest = [...jobs.keys()].filter((name) => !reached.has(name) && !others.has(name));
  if (rest.length > 0) lines.push("", "Not in todo:");
  for (const name of rest) {
    // An earlier entry may have shown it.
    if (reached.has(name)) continue;
    lines.push(name);
    walk(name, "", [name]);
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function branchesOf(job: JobDefinition | undefined): Branch[] {
  if (job === undefined) return [];
  const from = branches("from", job.from ?? job.earlier);
  return [...branches("deps", job.deps), ...from, ...branches("each", job.each), ...branches("to", job.to ?? job.then)];
}

/** The jobs in the lists that an entry gives to a built-in job. */
function listsOf(entry: unknown): Branch[] {
  const args = (entry as { args?: Record<string, any> } | null)?.args;
  if (typeof args !== "object" || args === null) return [];
  return (nestedLists[nameOf(entry)] ?? []).flatMap((list) => {
    const key = list.replace("*", "");
    if (!list.endsWith("*")) return branches(key.replace("__", ""), args[key]);
    return Object.entries(args[key] ?? {}).flatMap(([choice, value]) => branches(choice, value));
  });
}

function branches(how: string, value: unknown): Branch[] {
  return listOf(value).map((entry) => ({ how, entry }));
}

/** Is the job defined? Built-in jobs always are. */
function isKnown(name: string, jobs: ReadonlyMap<string, unknown>): boolean {
  return jobs.has(name) || /^(?:ojob |\()/.test(name);
}

function nameOf(entry: unknown): string {
  if (typeof entry !== "object" || entry === null) return String(entry);
  const { name, job } = entry as Record<string, unknown>;
  return String(name ?? job ?? Object.keys(entry)[0]);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
