import yaml from "js-yaml";
import type { OJobDocument } from "../../runtime/ojob/model/shapes.js";

/** The todo list of a file in its order, one entry per line: the job, the state it waits for, its args. */
export function todoText(document: OJobDocument): string {
  return (document.todo ?? []).map((entry) => `${entryText(entry)}\n`).join("");
}

function entryText(entry: unknown): string {
  if (typeof entry !== "object" || entry === null) return String(entry);
  const { name, job, args, when } = entry as Record<string, unknown>;
  const parts = [String(name ?? job ?? Object.keys(entry)[0])];
  if (when !== undefined) parts.push(`when ${[when].flat().join(", ")}`);
  if (args !== undefined) parts.push(typeof args === "string" ? args : flow(args));
  return parts.join("  ");
}

/** A value in one line of YAML. */
function flow(value: unknown): string {
  return yaml.dump(value, { flowLevel: 0, lineWidth: -1, noRefs: true }).trimEnd();
}
