import type { OJobDocument } from "../../runtime/ojob/model/shapes.js";

/**
 * The jobs of a file, one a line, with the first line of their help. Of several with one name the last counts.
 * @param others names of jobs that are not the file's own
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
