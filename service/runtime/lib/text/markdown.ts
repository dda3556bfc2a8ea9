import { ansiColor } from "./ansi.js";
import { colours } from "./colours.js";
import { rowsOfMdTable } from "./md-table.js";
import { withSideLine } from "./side-line.js";
import { frameThemes } from "./symbols.js";
import { visibleLength } from "./visible-length.js";
import { wordWrap } from "./word-wrap.js";

/**
 * Markdown as text for a terminal: emphasis becomes colour, lists get bullets, code a frame, tables are drawn.
 * @param width of a line
 * @param drawTable draws the rows of a table
 */
export function markdownText(text: string, width: number, drawTable: (rows: any[]) => string): string {
  const kept: string[] = [];
  const keep = (part: string): string => `\u0000${kept.push(part) - 1}\u0000`;
  const style = colours().md ?? {};
  let out = text.replace(/^[ \t]*```+\w*[ \t]*\n([\s\S]*?)\n[ \t]*```+[ \t]*$/gm, (_whole, code: string) =>
    keep(
      withSideLine(code, width, style.codeBlock?.line, style.codeBlock?.text, frameThemes()[style.codeBlock?.theme]),
    ),
  );
  out = out.replace(/```+(.+?)```+/g, (_whole, code: string) => keep(ansiColor(style.codeBlock?.text, ` ${code} `)));
  out = out.replace(/(^|[^`\\])`([^`\n]+?)`(?!`)/g, (_whole, before: string, code: string) => {
    const tick = ansiColor("FAINT", "`");
    return before + keep(tick + ansiColor("YELLOW", code) + tick);
  });
  out = withoutMarkup(out);
  out = emphasis(out).replace(/\\([_*`~])/g, "$1");
  out = drawTables(out, drawTable);
  out = out
    .split("\n")
    .map((line) => drawLine(line, width, style))
    .join("\n");
  return out.replace(/\u0000(\d+)\u0000/g, (_whole, index) => kept[Number(index)]!);
}

const withoutMarkup = (text: string): string =>
  text
    .replace(/(?<!\\)<!--[\s\S]*?-->/g, "")
    .replace(/<script\b[\s\S]*?<\/script\s*>/gi, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&nbsp;/g, " ");

/** Underscores and stars inside of words are no emphasis. */
function emphasis(text: string): string {
  const styled = (colour: string) => (_whole: string, inner: string) => ansiColor(colour, inner);
  return text
    .replace(/(?<=[\p{L}\p{N}])[*_]+(?=[\p{L}\p{N}])/gu, (signs) => signs.replace(/./g, "\\$&"))
    .replace(/(?<!\\)\*{3}([^ *][^*\n]*)(?<!\\)\*{3}/g, styled("BOLD,ITALIC"))
    .replace(/(?<!\\)_{3}([^ _][^_\n]*)(?<!\\)_{3}/g, styled("BOLD,ITALIC"))
    .replace(/(?<!\\)\*{2}([^ *][^*\n]*)(?<!\\)\*{2}/g, styled("BOLD"))
    .replace(/(?<!\\)_{2}([^ _][^_\n]*)(?<!\\)_{2}/g, styled("BOLD"))
    .replace(/(?<!\\)\*([^ *][^*\n]*)(?<!\\)\*/g, styled("ITALIC"))
    .replace(/(?<!\\)_([^ _][^_\n]*)(?<!\\)_/g, styled("ITALIC"))
    .replace(/(?<!\\)~~([^ ~][^~\n]*)(?<!\\)~~/g, styled("FAINT"));
}

function drawLine(given: string, width: number, style: any): string {
  const head = /^(#+) (.+)/.exec(given);
  const line = head === null ? given : ansiColor(style.heads?.[`h${Math.min(4, head[1]!.length)}`], head[2]!);
  if (/^---+/.test(line.trim())) return ansiColor(style.line, "─").repeat(width);
  const linked = line.replace(
    /\[([^\][]+)\]\(([^)(]+)\)/g,
    (_whole, text, url) => `${ansiColor(style.link?.text, text)} ${ansiColor(style.link?.url, `(${url})`)}`,
  );
  const entry = /^(\s*)(\*|-|\d+\.)(\s+)(.+)$/.exec(linked);
  if (entry !== null && entry[2] !== "-") {
    const [, margin, sign, space, text] = entry as unknown as [string, string, string, string, string];
    const bullet = sign === "*" ? ansiColor(style.bullets, "•") : ansiColor(style.list, sign);
    const room = visibleLength(margin + bullet + space);
    return wordWrap(text, width - room)
      .split("\n")
      .map((part, index) => (index === 0 ? margin + bullet + space : " ".repeat(room)) + part)
      .join("\n");
  }
  if (/^> .+$/.test(linked))
    return withSideLine(linked.slice(2), width, style.note?.line, style.note?.text, frameThemes()[style.note?.theme]);
  if (linked.trim() === "" || linked.trim().startsWith("\u0000") || /[│┼─]|^\|.+\|$/.test(linked.trim())) return linked;
  return wordWrap(linked, width);
}

function drawTables(text: string, draw: (rows: any[]) => string): string {
  return text.replace(/(?:^[ \t]*\|[^\n]*\|[ \t]*$\n?){2,}/gm, (table) => {
    const lines = table
      .trimEnd()
      .split("\n")
      .map((line) => line.trim());
    if (!/^(?:\|[-: ]+)+\|$/.test(lines[1]!)) return table;
    const rows = rowsOfMdTable(lines.join("\n"));
    return rows.length === 0 ? "" : `${draw(rows)}\n`;
  });
}
