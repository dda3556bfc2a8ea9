/** Words of an SQL text. `name` was quoted with backticks, `quoted` with `"`, `text` with `'`. */
export interface Token {
  kind: "word" | "name" | "quoted" | "text" | "number" | "sign" | "end";
  text: string;
  at: number;
}

const PATTERN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(`[^`]*`)|("(?:[^"]|"")*")|('(?:[^'\\]|''|\\.)*')|(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|([\p{L}_][\p{L}\p{N}_$.]*)|(<>|!=|<=|>=|[=<>(),;*])/uy;
const KINDS = ["name", "quoted", "text", "number", "word", "sign"] as const;

/** @throws SyntaxError naming what cannot be read */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  let at = 0;
  while (at < sql.length) {
    const found = PATTERN.exec(sql);
    if (found === null) throw new SyntaxError(`$sql: cannot read "${sql.slice(at, at + 10)}" at character ${at + 1}`);
    const group = found.slice(1).findIndex((text) => text !== undefined);
    if (group >= 0) tokens.push({ kind: KINDS[group]!, text: bare(KINDS[group]!, found[0]), at });
    at = PATTERN.lastIndex;
  }
  tokens.push({ kind: "end", text: "the end", at });
  return tokens;
}

function bare(kind: Token["kind"], text: string): string {
  const inner = text.slice(1, -1);
  if (kind === "name") return inner;
  if (kind === "quoted") return inner.replace(/""/g, '"');
  return kind === "text" ? inner.replace(/''/g, "'").replace(/\\(['\\])/g, "$1") : text;
}
