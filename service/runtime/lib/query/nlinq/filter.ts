import { jobScope } from "../../../base/job-scope.js";
import { isFunction, isMap, isNumber } from "../../../base/values/types.js";
import { check } from "../../maps/sigil.js";
import { CONDITIONS, type Predicate, predicatesOf } from "./conditions.js";

type Token = Predicate | "(" | ")" | "&&" | "||";

/**
 * The rows of `$from`, and the conditions over them.
 *
 * Conditions are kept as the tokens of one expression, because that is what their combination means in OpenAF: an OR
 * puts parentheses around all that stands before it (an open `begin()` included), an AND does not.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the loop below defines what the interface declares
export class Filter {
  /** The rows, or the function that gives them; replaced by each step. */
  protected rows: any;
  /** The rows as given, for `all()`. */
  protected readonly source: any;
  /** `removed()`: the rows that do not pass. */
  protected isNegative = false;
  private tokens: Token[] = [];
  private test: Predicate | undefined;
  private openBlocks = 0;
  private usesCase = Boolean(jobScope.nLinq_USE_CASE);
  private isOr = false;
  private isNot = false;
  protected limitCount = 0;
  protected skipCount = 0;

  /** @param keyName key under which the rows of a map of maps get their key (the original maps get it) */
  constructor(source?: any, keyName?: string) {
    let rows = source;
    if (isMap(source)) {
      const marked = check(keyName, "aKey").isString().default("_key");
      rows = Object.keys(source).map((key) => {
        if (isMap(source[key])) source[key][marked] = key;
        return source[key];
      });
    }
    this.source = rows;
    this.rows = rows;
  }

  useCase(on?: boolean): this {
    this.usesCase = on === undefined || Boolean(on);
    return this;
  }
  ignoreCase(on?: boolean): this {
    this.usesCase = !(on === undefined || on);
    return this;
  }

  or(): this {
    this.isOr = true;
    return this;
  }
  and(): this {
    this.isOr = false;
    return this;
  }
  not(): this {
    this.isNot = true;
    return this;
  }
  andNot(): this {
    return this.and().not();
  }
  orNot(): this {
    return this.or().not();
  }

  begin(): this {
    return this.open("&&");
  }
  andBegin(): this {
    return this.open("&&");
  }
  orBegin(): this {
    return this.open("||");
  }
  end(): this {
    if (this.openBlocks === 0) return this;
    this.openBlocks--;
    return this.changed(")");
  }

  where(fn: Predicate): this {
    return this.whereFn(fn, this.isOr, this.isNot);
  }
  andWhere(fn: Predicate): this {
    return this.whereFn(fn, false, false);
  }
  orWhere(fn: Predicate): this {
    return this.whereFn(fn, true, false);
  }
  notWhere(fn: Predicate): this {
    return this.whereFn(fn, this.isOr, true);
  }
  andNotWhere(fn: Predicate): this {
    return this.whereFn(fn, false, true);
  }
  orNotWhere(fn: Predicate): this {
    return this.whereFn(fn, true, true);
  }
  /** @param expression JavaScript over `r` */
  setWhere(expression: string): this {
    return this.add(new Function("r", `return (${expression})`) as Predicate, false);
  }

  /** Adds one of {@link CONDITIONS}; undefined for `isOr` or `isNot` means: as the current mode says. */
  protected condition(name: string, isOr: boolean | undefined, isNot: boolean | undefined, args: any[]): this {
    const or = isOr ?? this.isOr;
    for (const predicate of predicatesOf(name, isNot ?? this.isNot, this.usesCase, args)) this.add(predicate, or);
    return this;
  }

  /**
   * The rows that pass, cut to the limit. The conditions stay: an ending after a step applies them again.
   * @param isEnd an ending closes blocks left open; before that nothing is filtered while one is open
   */
  protected passing(isEnd = false): any[] {
    const made = isFunction(this.rows) ? this.rows() : this.rows;
    const rows: any[] = Array.isArray(made) ? made : [made];
    if (this.openBlocks > 0) {
      if (!isEnd) return rows;
      while (this.openBlocks > 0) this.end();
    }
    if (this.tokens.length === 0)
      return this.isNegative ? [] : this.limited(this.skipCount === 0 ? rows : rows.slice(this.skipCount));
    const test = (this.test ??= expressionOf(this.tokens));
    const isNegative = this.isNegative;
    const passed = this.limited(rows.filter((row) => (row !== undefined && test(row) ? !isNegative : isNegative)));
    return this.skipCount === 0 ? passed : passed.slice(this.skipCount);
  }

  private limited(rows: any[]): any[] {
    const count = Number(this.limitCount);
    if (count === 0 || !isNumber(count)) return rows;
    return count < 0 ? rows.slice(count) : rows.slice(0, count);
  }

  private whereFn(fn: Predicate, isOr: boolean, isNot: boolean): this {
    check(fn, "fn").isFunction().$_();
    return this.add(isNot ? (row) => !fn(row) : (row) => fn(row), isOr);
  }

  private add(predicate: Predicate, isOr: boolean): this {
    if (this.isJoined()) {
      if (isOr) this.tokens = ["(", ...this.tokens, ")", "||"];
      else this.tokens.push("&&");
    }
    return this.changed(predicate);
  }

  private open(join: Token): this {
    if (this.isJoined()) this.tokens.push(join);
    this.openBlocks++;
    return this.changed("(");
  }

  private isJoined(): boolean {
    return this.tokens.length > 0 && this.tokens.at(-1) !== "(";
  }

  private changed(token: Token): this {
    this.tokens.push(token);
    this.test = undefined;
    return this;
  }
}

/** `equals`, `notEquals`, `andEquals`, `andNotEquals`, `orEquals`, `orNotEquals` and so on for every condition. */
type Forms<N extends string> = Uncapitalize<N> | `${"not" | "and" | "andNot" | "or" | "orNot"}${N}`;
export interface Filter extends Record<Forms<(typeof CONDITIONS)[number]>, (...args: any[]) => any> {}

for (const name of CONDITIONS) {
  const forms: [string, boolean | undefined, boolean | undefined][] = [
    [name[0]!.toLowerCase() + name.slice(1), undefined, undefined],
    [`not${name}`, undefined, true],
    [`and${name}`, false, false],
    [`andNot${name}`, false, true],
    [`or${name}`, true, false],
    [`orNot${name}`, true, true],
  ];
  for (const [form, isOr, isNot] of forms) {
    Object.defineProperty(Filter.prototype, form, {
      configurable: true,
      writable: true,
      value(this: any, ...args: any[]) {
        return this.condition(name, isOr, isNot, args);
      },
    });
  }
}

/** One predicate of the tokens, with JavaScript's precedence: AND binds closer than OR. */
function expressionOf(tokens: Token[]): Predicate {
  let at = 0;
  const any = (): Predicate => {
    let left = all();
    while (tokens[at] === "||") {
      at++;
      left = either(left, all());
    }
    return left;
  };
  const all = (): Predicate => {
    let left = one();
    while (tokens[at] === "&&") {
      at++;
      left = both(left, one());
    }
    return left;
  };
  const one = (): Predicate => {
    const token = tokens[at++];
    if (typeof token === "function") return token;
    if (token !== "(") throw new SyntaxError("$from: a group made with begin() and end() has no condition in it");
    const inner = any();
    if (tokens[at++] !== ")") throw new SyntaxError("$from: begin() without end()");
    return inner;
  };
  const whole = any();
  if (at < tokens.length) throw new SyntaxError("$from: end() without begin()");
  return whole;
}

const both =
  (left: Predicate, right: Predicate): Predicate =>
  (row) =>
    left(row) && right(row);
const either =
  (left: Predicate, right: Predicate): Predicate =>
  (row) =>
    left(row) || right(row);
