import type { Positions } from "../base/yaml-positions.js";

/** Keys whose texts are code, whatever their length. */
const codeKeys = new Set(["exec", "catch", "onerror", "onSuccess", "onFail"]);

/**
 * Lines at which texts with code begin.
 * @returns JSON pointer → 1-based line; negative if the lines of the text are not those of the file
 */
export function codeLines(document: unknown, positions: Positions): Record<string, number> {
  const lines: Record<string, number> = {};
  const walk = (owner: object, pointer: string): void => {
    for (const [key, value] of Object.entries(owner)) {
      const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (typeof value === "string") {
        if (!codeKeys.has(key) && !value.includes("\n")) continue;
        const text = positions.of(owner, key)?.text;
        if (text !== undefined) lines[place] = text.isVerbatim ? text.line : -text.line;
        // Below an alias are the lines of its anchor.
      } else if (typeof value === "object" && value !== null && positions.isWrittenAt(owner, key)) walk(value, place);
    }
  };
  if (typeof document === "object" && document !== null) walk(document, "");
  return lines;
}
