import type { AnyMap } from "../../../base/values/types.js";
import { CONDITIONS } from "./conditions.js";

/** Queries as text: `greater(n,4).sort(-n).count()`. */

const MODES = ["and", "or", "not", "andNot", "orNot", "begin", "andBegin", "orBegin", "end"];
const WHERE = new Set([...MODES, ...CONDITIONS.flatMap(formsOf)]);
const STEPS = new Set(
  "ignoreCase skipTake useCase toDate limit tail head take skip attachBy attachNotBy attachByEmpty sort detach".split(
    " ",
  ),
);
const ENDINGS = new Set(
  (
    "averageBy distinct average groupBy countBy reverse group first maxBy sumBy minBy count last none all any min max " +
    "sum at"
  ).split(" "),
);

/**
 * The description `$from().query()` takes. The first ending in the text becomes the selector; a name that is neither
 * condition, step nor ending (`select(a,b)`) gives the keys to select. Unquoted words are text; no argument is `""`.
 * @throws SyntaxError naming the place
 */
export function parseQuery(text: unknown): AnyMap {
  if (typeof text !== "string" || text === "") return {};
  const reader = new Reader(text);
  const query: AnyMap = {};
  do {
    reader.space();
    const name = reader.name();
    const hasArguments = reader.opens();
    if (!hasArguments && !WHERE.has(name)) throw reader.wrong(`"(" after ${name || "a function's name"}`);
    const args = hasArguments ? reader.list() : [];
    if (STEPS.has(name)) (query.transform ??= []).push({ func: name, args });
    else if (WHERE.has(name)) (query.where ??= []).push({ cond: name, args });
    else if (ENDINGS.has(name)) query.selector ??= { func: name, args };
    else query.select ??= args;
  } while (reader.continues());
  return query;
}

function formsOf(name: string): string[] {
  const plain = name[0]!.toLowerCase() + name.slice(1);
  return [plain, ...["not", "and", "andNot", "or", "orNot"].map((prefix) => prefix + name)];
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  space(): void {
    this.take(/[ \t\n\r]*/y);
  }

  name(): string {
    return this.take(/[^(),.\s]*/y);
  }

  opens(): boolean {
    return this.punctuation("(");
  }

  /** Is there another function? Throws if something else follows. */
  continues(): boolean {
    if (this.punctuation(".")) return true;
    if (this.at < this.text.length) throw this.wrong('"." and another function');
    return false;
  }

  /** Values between commas, up to the closing parenthesis. */
  list(): unknown[] {
    const values: unknown[] = [];
    do {
      this.space();
      values.push(this.value());
      this.space();
    } while (this.punctuation(","));
    if (!this.punctuation(")")) throw this.wrong('")" or ","');
    return values;
  }

  wrong(expected: string): SyntaxError {
    const found = this.at < this.text.length ? JSON.stringify(this.text[this.at]) : "the end";
    return new SyntaxError(`query "${this.text}": expected ${expected} at character ${this.at + 1}, found ${found}`);
  }

  private value(): unknown {
    const word = this.take(/false|null|true/y);
    if (word !== "") return JSON.parse(word);
    const number = this.take(/-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y);
    if (number !== "") return Number(number);
    const quoted = this.take(/(["'])(\\.|(?!["'\\])[^\0-\x1f])*\1/y);
    return quoted === "" ? this.take(/[^(),]*/y) : unescaped(quoted.slice(1, -1));
  }

  private punctuation(char: string): boolean {
    const before = this.at;
    this.space();
    if (this.text[this.at] !== char) {
      this.at = before;
      return false;
    }
    this.at++;
    this.space();
    return true;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }
}

const ESCAPES: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function unescaped(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_all, code: string) =>
    code.length === 5 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
  );
}
