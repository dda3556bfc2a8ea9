import { jobScope } from "../../base/job-scope.js";
import { optional } from "../text/check.js";
import { markdownText } from "../text/markdown.js";

/** Markdown as text for a terminal (`ow.format.withMD`). */

/** @param width of a line; 80 unless given */
export function withMD(text: unknown, _colour?: string, width?: number): string {
  const size = optional(width, "aLineWidth", "number", 80);
  return markdownText(String(text), size, (rows) => jobScope.printTable(rows, size));
}
