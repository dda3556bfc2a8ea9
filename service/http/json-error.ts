/** Where a text stops being JSON. */
export interface JsonError {
  /** 1-based. */
  line: number;
  column: number;
  reason: string;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;

/**
 * Finds what is wrong with a text that `JSON.parse` refused: its messages name the place only for long texts.
 * The grammar is that of RFC 8259.
 */
export function explainJson(text: string): JsonError {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  /** What closes the containers that are open, outermost first. */
  const open: string[] = [];
  /** What may come next: a value, a key, or a separator after a value. */
  let next: "value" | "first value" | "key" | "first key" | "end" = "value";
  for (;;) {
    skip(SPACE);
    const char = text[at];
    const closing = open.at(-1);
    if (next === "end") {
      if (closing === undefined)
        return place(text, at, char === undefined ? "not JSON" : "something follows the value");
      if (char === closing) {
        at++;
        open.pop();
      } else if (char === ",") {
        at++;
        next = closing === "}" ? "key" : "value";
      } else {
        return place(text, at, `',' or '${closing}' expected`);
      }
    } else if ((next === "first key" || next === "first value") && char === closing) {
      at++;
      open.pop();
      next = "end";
    } else if (next === "key" || next === "first key") {
      if (!skip(STRING)) return place(text, at, "a key in double quotes expected");
      skip(SPACE);
      if (text[at] !== ":") return place(text, at, "':' after the key expected");
      at++;
      next = "value";
    } else if (char === "{" || char === "[") {
      at++;
      open.push(char === "{" ? "}" : "]");
      next = char === "{" ? "first key" : "first value";
    } else {
      const start = at;
      if (!skip(STRING) && !skip(NUMBER) && !skip(WORD)) {
        return place(
          text,
          start,
          char === '"' ? "this text is not closed, or holds a character to be escaped" : "a value expected",
        );
      }
      next = "end";
    }
  }
}

function place(text: string, at: number, reason: string): JsonError {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  return { line, column, reason: at >= text.length ? `${reason}, but the text ends` : reason };
}
