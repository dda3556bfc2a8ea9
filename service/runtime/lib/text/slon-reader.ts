/**
 * Reader of SLON, the single line object notation: `(key: value, key: [value | value])`.
 *
 * The alternatives are tried in a fixed order and the first that matches wins; a list that does not read as one is
 * tried again as bare text. That is why `[a | b]` stays text: the bare word `a | b]` swallows the closing bracket.
 */
export function readSlon(text: string): any {
  const reader = new Reader(text);
  const value = reader.document();
  if (value === failed) throw new SyntaxError(`not SLON at character ${reader.farthest + 1} of "${excerpt(text)}"`);
  return value;
}

const failed = Symbol("failed");
const datePattern = /(\d{4})-(\d{2})-(\d{2})\/(\d{2}):(\d{2}):(\d{2})\.(\d{3})/y;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[ \t\n\r[\]():,|]|$)/y;
const barePattern = /[^:(),]+/y;
const escapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Reader {
  at = 0;
  farthest = 0;

  constructor(private readonly text: string) {}

  document(): unknown {
    this.blanks();
    const value = this.value();
    this.blanks();
    return this.at === this.text.length ? value : failed;
  }

  private value(): unknown {
    if (this.word("false")) return false;
    if (this.word("null")) return null;
    if (this.word("true")) return true;
    const date = this.match(datePattern);
    if (date !== undefined) {
      const [year, month, day, hour, minute, second, ms] = date.slice(1).map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return new Date(year, month - 1, day, hour, minute, second, ms);
    }
    const map = this.map();
    if (map !== failed) return map;
    const list = this.list();
    if (list !== failed) return list;
    const number = this.match(numberPattern);
    return number === undefined ? this.string() : Number.parseFloat(number[0]);
  }

  private map(): unknown {
    const start = this.at;
    if (!this.sign("(")) return failed;
    const map: Record<string, unknown> = {};
    this.separated(",", () => {
      const key = this.string();
      if (key === failed || !this.sign(":")) return failed;
      const value = this.value();
      if (value !== failed) map[key as string] = value;
      return value;
    });
    return this.sign(")") ? map : this.back(start);
  }

  private list(): unknown {
    const start = this.at;
    if (!this.sign("[")) return failed;
    const list: unknown[] = [];
    this.separated("|", () => {
      const value = this.value();
      if (value !== failed) list.push(value);
      return value;
    });
    return this.sign("]") ? list : this.back(start);
  }

  /** Reads entries as long as they match; what follows the last whole one is left where it is. */
  private separated(separator: string, entry: () => unknown): void {
    let end = this.at;
    while (entry() !== failed) {
      end = this.at;
      if (!this.sign(separator)) break;
    }
    this.at = end;
  }

  private string(): unknown {
    for (const quote of ['"', "'"]) {
      const text = this.quoted(quote);
      if (text !== failed) return text;
    }
    const bare = this.match(barePattern);
    return bare === undefined ? failed : bare[0].trim();
  }

  private quoted(quote: string): unknown {
    const start = this.at;
    if (this.text[this.at] !== quote) return failed;
    this.at++;
    let out = "";
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined || char < " ") return this.back(start);
      this.at++;
      if (char === quote) return out;
      // Neither kind of quote may stand inside without a backslash.
      if (char === '"' || char === "'") return this.back(start);
      if (char !== "\\") {
        out += char;
        continue;
      }
      const escaped = this.escaped();
      if (escaped === undefined) return this.back(start);
      out += escaped;
    }
  }

  private escaped(): string | undefined {
    const char = this.text[this.at++] ?? "";
    if (/["'/\\]/.test(char)) return char;
    if (char !== "u") return escapes[char];
    const code = /^[0-9a-f]{4}/i.exec(this.text.slice(this.at));
    if (code === null) return undefined;
    this.at += 4;
    return String.fromCharCode(Number.parseInt(code[0], 16));
  }

  private sign(char: string): boolean {
    const start = this.at;
    this.blanks();
    if (this.text[this.at] !== char) {
      this.back(start);
      return false;
    }
    this.at++;
    this.blanks();
    return true;
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match;
  }

  private blanks(): void {
    while (/[ \t\n\r]/.test(this.text[this.at] ?? "")) this.at++;
  }

  private back(to: number): typeof failed {
    this.farthest = Math.max(this.farthest, this.at);
    this.at = to;
    return failed;
  }
}

function excerpt(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
