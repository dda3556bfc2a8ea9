import { type Token, tokensOf } from "./tokens.js";

/** A value in a condition: a key of the row, or a literal. */
export type Operand = { column: string } | { value: any };

export type Condition =
  | { kind: "and" | "or"; left: Condition; right: Condition }
  | { kind: "not"; inner: Condition }
  | { kind: "compare"; operator: string; left: Operand; right: Operand | Operand[] };

/** A `select` over one list. */
export interface Select {
  /** Keys, or undefined for all. */
  columns: string[] | undefined;
  from?: string;
  where?: Condition;
  /** Keys, `-key` descending. */
  orderBy?: string[];
  limit?: number;
  /** Parts of the query that need a database (grouping, functions, joins). */
  beyond?: string;
}

const ENDS_LIST = /^(from|where|group|having|order|limit|union|for)$/i;

/**
 * Reads `select … [from key] [where …] [order by …] [limit n]`.
 * @throws SyntaxError naming what was expected where
 */
export function parseSelect(sql: string): Select {
  return new Parser(sql).select();
}

class Parser {
  private readonly tokens: Token[];
  private at = 0;
  private beyond: string | undefined;

  constructor(private readonly sql: string) {
    this.tokens = tokensOf(sql);
  }

  select(): Select {
    this.expectWord("select");
    if (this.takeWord("distinct")) this.beyond = "distinct";
    const query: Select = { columns: this.columns() };
    if (this.takeWord("from")) query.from = this.table();
    if (this.takeWord("where")) query.where = this.or();
    if (this.isWord("group") || this.isWord("having") || this.isWord("union")) {
      return { ...query, beyond: this.peek().text.toLowerCase() === "group" ? "group by" : this.peek().text };
    }
    if (this.takeWord("order")) {
      this.expectWord("by");
      query.orderBy = this.list(() => this.order());
    }
    if (this.takeWord("limit")) {
      query.limit = Number(this.next("number").text);
      if (this.takeWord("offset")) this.next("number");
    }
    this.takeSign(";");
    if (this.beyond === undefined && this.peek().kind !== "end") throw this.wrong("the end");
    return this.beyond === undefined ? query : { ...query, beyond: this.beyond };
  }

  private columns(): string[] | undefined {
    const names = this.list(() => this.column());
    return names.includes("*") ? undefined : names.filter((name) => name !== "");
  }

  private column(): string {
    if (this.takeSign("*")) return "*";
    const operand = this.operand();
    if (this.takeWord("as")) this.at++;
    else if (this.peek().kind === "word" && !ENDS_LIST.test(this.peek().text)) this.at++;
    if ("column" in operand) return operand.column;
    if (typeof operand.value === "string") return operand.value;
    this.beyond ??= "a computed column";
    return "";
  }

  private table(): string {
    const { text } = this.next("word", "name", "quoted");
    if (text.toUpperCase() === "_TMP") this.beyond ??= "the table _TMP";
    if (this.takeSign(",") || /^(inner|left|right|join|full|cross)$/i.test(this.peek().text)) this.beyond ??= "a join";
    return text;
  }

  private order(): string {
    const operand = this.operand();
    const key = String("column" in operand ? operand.column : operand.value);
    if (this.takeWord("desc")) return `-${key}`;
    this.takeWord("asc");
    return key;
  }

  private or(): Condition {
    let left = this.and();
    while (this.takeWord("or")) left = { kind: "or", left, right: this.and() };
    return left;
  }

  private and(): Condition {
    let left = this.condition();
    while (this.takeWord("and")) left = { kind: "and", left, right: this.condition() };
    return left;
  }

  private condition(): Condition {
    if (this.takeWord("not")) return { kind: "not", inner: this.condition() };
    if (this.takeSign("(")) {
      const inner = this.or();
      this.expectSign(")");
      return inner;
    }
    const left = this.operand();
    const isNot = this.takeWord("not");
    const operator = this.operator();
    const compare: Condition = { kind: "compare", operator, left, right: this.right(operator) };
    return isNot ? { kind: "not", inner: compare } : compare;
  }

  private operator(): string {
    const token = this.next("sign", "word");
    const text = token.text.toUpperCase();
    if (text === "IS") return this.takeWord("not") ? "IS NOT" : "IS";
    if (/^(=|<>|!=|<|>|<=|>=|LIKE|RLIKE|REGEXP|IN|BETWEEN)$/.test(text)) return text;
    this.at--;
    throw this.wrong("an operator (=, <>, <, >, <=, >=, like, in, between, is)");
  }

  private right(operator: string): Operand | Operand[] {
    if (operator === "BETWEEN") {
      const low = this.operand();
      this.expectWord("and");
      return [low, this.operand()];
    }
    if (operator !== "IN") return this.operand();
    this.expectSign("(");
    const values = this.list(() => this.operand());
    this.expectSign(")");
    return values;
  }

  private operand(): Operand {
    const token = this.next("word", "name", "quoted", "text", "number");
    if (token.kind === "number") return { value: Number(token.text) };
    if (token.kind === "text" || token.kind === "quoted") return { value: token.text };
    if (token.kind === "name") return { column: token.text };
    const literal = { TRUE: true, FALSE: false, NULL: null }[token.text.toUpperCase()];
    if (literal !== undefined) return { value: literal };
    if (this.takeSign("(")) return this.call(token.text);
    // `people.age` is the key `age`; the path into a map has to be quoted.
    return { column: token.text.slice(token.text.lastIndexOf(".") + 1) };
  }

  private call(name: string): Operand {
    this.beyond ??= `the function ${name}()`;
    for (let open = 1; open > 0; this.at++) {
      if (this.peek().kind === "end") throw this.wrong('")"');
      if (this.peek().kind !== "sign") continue;
      if (this.peek().text === "(") open++;
      if (this.peek().text === ")") open--;
    }
    return { value: null };
  }

  private list<T>(one: () => T): T[] {
    const entries = [one()];
    while (this.takeSign(",")) entries.push(one());
    return entries;
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }

  private next(...kinds: Token["kind"][]): Token {
    const token = this.peek();
    if (!kinds.includes(token.kind)) throw this.wrong(kinds.includes("word") ? "a name or value" : `a ${kinds[0]}`);
    this.at++;
    return token;
  }

  private isWord(word: string): boolean {
    return this.peek().kind === "word" && this.peek().text.toLowerCase() === word;
  }

  private takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.at++;
    return found;
  }

  private takeSign(sign: string): boolean {
    const found = this.peek().kind === "sign" && this.peek().text === sign;
    if (found) this.at++;
    return found;
  }

  private expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.wrong(word);
  }

  private expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.wrong(`"${sign}"`);
  }

  private wrong(expected: string): SyntaxError {
    const { text, at } = this.peek();
    return new SyntaxError(`SQL "${this.sql}": expected ${expected} at character ${at + 1}, found ${text}`);
  }
}
