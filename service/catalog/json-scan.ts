/** Facts about a JSON text from a scan without parsing. */
export interface JsonScan {
  /** Values, containers and keys included. */
  values: number;
  /** It is nested deeper than `maxDepth`; the scan stopped there. */
  isTooDeep: boolean;
  /** Place at which it stops being JSON. */
  error?: { at: number; reason: string };
}

enum Next {
  value,
  firstValue,
  key,
  firstKey,
  end,
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;
const WORDS = ["true", "false", "null"];
/** Characters that may follow a backslash, besides `u` and four hexadecimal digits. */
const ESCAPES = '"\\/bfnrt';

/**
 * Goes through a text once, character by character, by the grammar of RFC 8259: no recursion and no pattern, whose stack
 * a long text could use up, and no memory that grows with it.
 * @param maxDepth levels of nesting that are followed
 */
export function scanJson(text: string, maxDepth: number): JsonScan {
  /** Closing characters of the open containers, outermost first. */
  const open: number[] = [];
  let values = 0;
  let at = 0;
  let next: Next = Next.value;
  const fail = (where: number, reason: string): JsonScan => ({
    values,
    isTooDeep: false,
    error: { at: where, reason },
  });
  for (;;) {
    at = afterBlanks(text, at);
    const char = text.charCodeAt(at); // NaN behind the end
    const closing = open.at(-1);
    if (next === Next.end) {
      if (closing === undefined) {
        return at >= text.length ? { values, isTooDeep: false } : fail(at, "unexpected text after the value");
      }
      if (char === closing) {
        at++;
        open.pop();
      } else if (char === COMMA) {
        at++;
        next = closing === CLOSE_MAP ? Next.key : Next.value;
      } else return fail(at, `',' or '${String.fromCharCode(closing)}' expected`);
    } else if ((next === Next.firstKey || next === Next.firstValue) && char === closing) {
      at++;
      open.pop();
      next = Next.end;
    } else if (next === Next.key || next === Next.firstKey) {
      const end = stringEnd(text, at);
      if (end < 0) return fail(at, "a key in double quotes expected");
      values++;
      at = afterBlanks(text, end);
      if (text.charCodeAt(at) !== COLON) return fail(at, "':' after the key expected");
      at++;
      next = Next.value;
    } else if (char === OPEN_MAP || char === OPEN_LIST) {
      values++;
      if (open.length >= maxDepth) return { values, isTooDeep: true };
      at++;
      open.push(char === OPEN_MAP ? CLOSE_MAP : CLOSE_LIST);
      next = char === OPEN_MAP ? Next.firstKey : Next.firstValue;
    } else {
      const end = char === QUOTE ? stringEnd(text, at) : Math.max(numberEnd(text, at), wordEnd(text, at));
      if (end < 0) {
        const isText = char === QUOTE;
        return fail(
          at,
          isText ? "this text is not closed, or has a character that must be escaped" : "a value expected",
        );
      }
      values++;
      at = end;
      next = Next.end;
    }
  }
}

function afterBlanks(text: string, from: number): number {
  for (let at = from; ; at++) {
    const char = text.charCodeAt(at);
    if (char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09) return at;
  }
}

/** Offset after the text in double quotes that begins there; -1 when none does. */
function stringEnd(text: string, from: number): number {
  if (text.charCodeAt(from) !== QUOTE) return -1;
  for (let at = from + 1; ; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) return at + 1;
    if (!(char >= 0x20)) return -1;
    if (char !== BACKSLASH) continue;
    const escaped = text[++at];
    if (escaped === "u") {
      for (let digits = 0; digits < 4; digits++) if (!isHexDigit(text.charCodeAt(++at))) return -1;
    } else if (escaped === undefined || !ESCAPES.includes(escaped)) return -1;
  }
}

/** Offset after the number that begins there; -1 when none does. */
function numberEnd(text: string, from: number): number {
  let at = from;
  if (text[at] === "-") at++;
  if (!isDigit(text.charCodeAt(at))) return -1;
  at = text[at] === "0" ? at + 1 : afterDigits(text, at);
  if (text[at] === "." && isDigit(text.charCodeAt(at + 1))) at = afterDigits(text, at + 1);
  if (text[at] === "e" || text[at] === "E") {
    const sign = text[at + 1] === "+" || text[at + 1] === "-" ? 1 : 0;
    if (isDigit(text.charCodeAt(at + 1 + sign))) at = afterDigits(text, at + 1 + sign);
  }
  return at;
}

function wordEnd(text: string, from: number): number {
  const word = WORDS.find((each) => text.startsWith(each, from));
  return word === undefined ? -1 : from + word.length;
}

function afterDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39;
}

function isHexDigit(char: number): boolean {
  return isDigit(char) || (char >= 0x41 && char <= 0x46) || (char >= 0x61 && char <= 0x66);
}
