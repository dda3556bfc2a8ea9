/**
 * JSON as Gson's lenient reader takes it: unquoted names and texts, single quotes, comments, `;` between entries and
 * `=` or `=>` after names. What is not even that throws.
 */
export function readLenientJson(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    // Not strict JSON: everything strict JSON allows is read the same way below.
    return new Reader(text).document();
  }
}

const literalEnd = new Set("/\\;#={}[]:, \t\f\r\n");
const escapes: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): unknown {
    if (this.peek() === undefined) return null;
    const value = this.value();
    // A lone null ends the document whatever follows it.
    if (value !== null && this.peek() !== undefined) throw this.problem("more than one value");
    return value;
  }

  private value(): unknown {
    const char = this.peek();
    if (char === "{") return this.map();
    if (char === "[") return this.list();
    if (char === '"' || char === "'") return this.quoted();
    const word = this.word();
    if (word === "") throw this.problem("a value was expected");
    return scalarOf(word);
  }

  private map(): unknown {
    this.at++;
    const map: Record<string, unknown> = {};
    if (this.peek() === "}") {
      this.at++;
      return map;
    }
    for (;;) {
      const name = this.name();
      const sign = this.peek();
      if (sign !== ":" && sign !== "=") throw this.problem("':' was expected");
      this.at++;
      if (sign === "=" && this.text[this.at] === ">") this.at++;
      const value = this.value();
      Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
      const next = this.peek();
      this.at++;
      if (next === "}") return map;
      if (next !== "," && next !== ";") throw this.problem("unterminated map");
    }
  }

  private name(): string {
    const char = this.peek();
    if (char === '"' || char === "'") return this.quoted();
    const name = this.word();
    if (name === "") throw this.problem("a name was expected");
    return name;
  }

  private list(): unknown {
    this.at++;
    const list: unknown[] = [];
    if (this.peek() === "]") {
      this.at++;
      return list;
    }
    for (;;) {
      const char = this.peek();
      // An empty place in a list counts as null, also after the last separator.
      list.push(char === "," || char === ";" || char === "]" ? null : this.value());
      const next = this.peek();
      this.at++;
      if (next === "]") return list;
      if (next !== "," && next !== ";") throw this.problem("unterminated list");
    }
  }

  private quoted(): string {
    const quote = this.text[this.at++];
    let out = "";
    for (;;) {
      const char = this.text[this.at++];
      if (char === undefined) throw this.problem("unterminated text");
      if (char === quote) return out;
      out += char === "\\" ? this.escaped() : char;
    }
  }

  private escaped(): string {
    const char = this.text[this.at++] ?? "";
    if (char === "u") {
      const code = this.text.slice(this.at, this.at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(code)) throw this.problem(`\\u${code} is no character`);
      this.at += 4;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    if (escapes[char] !== undefined) return escapes[char];
    if ("'\"\\/\n".includes(char) && char !== "") return char;
    throw this.problem(`\\${char} is no escape`);
  }

  private word(): string {
    const start = this.at;
    while (this.at < this.text.length && !literalEnd.has(this.text[this.at]!)) this.at++;
    return this.text.slice(start, this.at);
  }

  /** Skips blanks and comments; the next sign, or undefined at the end. */
  private peek(): string | undefined {
    for (;;) {
      const char = this.text[this.at];
      if (char === " " || char === "\t" || char === "\r" || char === "\n") this.at++;
      else if (char === "#" || this.text.startsWith("//", this.at)) this.skipTo("\n");
      else if (this.text.startsWith("/*", this.at)) {
        if (this.text.indexOf("*/", this.at + 2) < 0) throw this.problem("unterminated comment");
        this.at += 2;
        this.skipTo("*/");
      } else return char;
    }
  }

  private skipTo(end: string): void {
    const found = this.text.indexOf(end, this.at);
    this.at = found < 0 ? this.text.length : found + end.length;
  }

  private problem(what: string): SyntaxError {
    return new SyntaxError(`not JSON at character ${this.at}: ${what}`);
  }
}

function scalarOf(word: string): unknown {
  const lower = word.toLowerCase();
  if (lower === "true") return true;
  if (lower === "false") return false;
  if (lower === "null") return null;
  return numberPattern.test(word) ? Number(word) : word;
}
