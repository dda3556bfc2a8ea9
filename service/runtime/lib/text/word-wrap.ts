import { visibleLength } from "./visible-length.js";

/**
 * Breaks lines at blanks so that none is wider than `width` columns; a longer word is cut.
 * @param lineEnd what separates lines in the text and in the outcome
 */
export function wordWrap(text: unknown, width: number, lineEnd = "\n", tabWidth = 4): string {
  const given = String(text);
  if (visibleLength(given) <= width) return given;
  const lines = given.replace(/\t/g, " ".repeat(tabWidth)).split(lineEnd);
  return lines.map((line) => wrapLine(line, width).join(lineEnd)).join(lineEnd);
}

const token = /\x1b\[[0-9;?]*[ -/]*[@-~]|\p{Regional_Indicator}{2}|.(?:\p{M}|\p{Emoji_Modifier}|\u200d.)*/gsu;

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (visibleLength(rest) > width) {
    const at = cutOf(rest, width);
    const tail = rest.slice(at).replace(/^\s+/, "");
    lines.push(rest.slice(0, at).replace(/\s+$/, ""));
    if (tail === "") return lines;
    rest = tail;
  }
  lines.push(rest);
  return lines;
}

/** Behind the last blank that fits, else where the width ends; at least one sign. */
function cutOf(line: string, width: number): number {
  let columns = 0;
  let lastBlank = -1;
  for (const match of line.matchAll(token)) {
    const end = match.index + match[0].length;
    columns += match[0].startsWith("\x1b[") ? 0 : visibleLength(match[0]);
    if (columns > width) return lastBlank >= 0 ? lastBlank : match.index > 0 ? match.index : end;
    if (/^\s+$/.test(match[0])) lastBlank = end;
  }
  return line.length;
}
