import type { OJobDocument } from "../../runtime/ojob/model/shapes.js";

/**
 * The jobs of a file, one per line, with the first line of their help. The last one counts if several have the same name.
 * @param others names of jobs that the file does not define itself
 */
export function jobsText(document: OJobDocument, others: ReadonlySet<string>): string {
  const helps = new Map<string, string>();
  for (const { name, help } of document.jobs ?? []) {
    if (others.has(name)) continue;
    const text: unknown = typeof help === "string" ? help : help?.text;
    helps.set(String(name), typeof text === "string" ? (text.trim().split("\n")[0] ?? "") : "");
  }
  const width = Math.max(0, ...[...helps.keys()].map((name) => name.length));
  return [...helps].map(([name, help]) => `${`${name.padEnd(width)}  ${help}`.trimEnd()}\n`).join("");
}
