import yaml from "js-yaml";
import type { OJobDocument, TodoDefinition } from "../../runtime/ojob/model/shapes.js";

/** Order of the sections. */
const sections = ["help", "include", "jobsInclude", "init", "ojob", "code", "todo", "jobs"];

/**
 * A file and its includes as one YAML text, which behaves the same when it runs.
 * @param packs includes that are kept: their jobs are part of the engine
 */
export function compiledText(document: OJobDocument, packs: readonly string[]): string {
  const { include = [], jobsInclude = [], todo = [], ...rest } = document;
  const whole: Record<string, unknown> = {
    ...rest,
    include: include.filter((name) => packs.includes(name)),
    todo: todo.map(closed),
    jobsInclude: jobsInclude.filter((name) => packs.includes(name)),
  };
  const ordered = Object.fromEntries(
    [...new Set([...sections, ...Object.keys(whole)])]
      .map((key) => [key, whole[key]] as const)
      .filter(([key, value]) => !isEmpty(value) || key === "jobs" || key === "todo"),
  );
  return yaml.dump(ordered, { lineWidth: -1, noRefs: true, skipInvalid: true });
}

/** An entry whose shortcut the file defines, with the parentheses that loading has removed. */
function closed(entry: TodoDefinition): TodoDefinition {
  if (typeof entry !== "object" || entry === null) return entry;
  const close = (key: string): string => key + ")".repeat(/^\(*/.exec(key)![0].length);
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [/^\(.*[^)]$/.test(key) ? close(key) : key, value]),
  );
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
