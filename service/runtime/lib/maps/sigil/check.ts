import { jobScope } from "../../../base/job-scope.js";
import * as is from "../../../base/values/types.js";
import { jsonParse } from "../../data/json.js";
import { javaRegExp } from "../../format/regexp.js";
import { schemaValidate } from "../validator.js";

/** Failures between two `or()`, and the number of checks there. */
interface Group {
  failures: string[];
  checks: number;
}

/**
 * A chain of checks over one value (`_$(value, name)`), ended by `default(d)` or `$_()`.
 *
 * A group of checks counts as failed only when at least as many failures as checks came together; without `or()` there is
 * one group. That is how OpenAF counts, and jobs depend on it: `.isNumber().greater(0).less(10)` lets 70 through.
 */
export class Check {
  private readonly prefix: string;
  private readonly given: boolean;
  private readonly groups: Group[] = [];
  private group: Group = { failures: [], checks: 0 };

  constructor(
    private value: any,
    name?: string,
  ) {
    this.prefix = name === undefined ? "" : `${name} `;
    this.given = value !== undefined;
  }

  /** The value, or `fallback` when it is undefined. Throws the failures. */
  default(fallback?: unknown): any {
    this.settle();
    return this.given ? this.value : fallback;
  }

  /** The value; throws the failures, and `message` when the value is undefined. */
  $_(message?: string): any {
    if (!this.given) this.group.failures.push(message ?? `${this.prefix}not defined or assigned`);
    this.settle();
    return this.value;
  }

  /** Starts another group of checks: all groups have to pass. */
  or(): this {
    this.groups.push(this.group);
    this.group = { failures: [], checks: 0 };
    return this;
  }

  isString(message?: string): this {
    return this.test(() => is.isString(this.value), message, "is not a string");
  }
  isNumber(message?: string): this {
    return this.test(() => is.isNumber(this.value), message, "is not a number");
  }
  isTNumber(message?: string): this {
    return this.test(() => is.isTNumber(this.value), message, "is not a number type");
  }
  isBoolean(message?: string): this {
    return this.test(() => is.isBoolean(this.value), message, "is not boolean");
  }
  isArray(message?: string): this {
    return this.test(() => is.isArray(this.value), message, "is not an array");
  }
  isMap(message?: string): this {
    return this.test(() => is.isMap(this.value), message, "is not a map");
  }
  isObject(message?: string): this {
    return this.test(() => is.isObject(this.value), message, "is not an object");
  }
  isFunction(message?: string): this {
    return this.test(() => is.isFunction(this.value), message, "is not a function");
  }
  isDate(message?: string): this {
    return this.test(() => is.isDate(this.value), message, "is not a date");
  }
  isRegExp(message?: string): this {
    return this.test(() => is.isRegExp(this.value), message, "is not a RegExp");
  }
  isUUID(message?: string): this {
    return this.test(() => is.isUUID(this.value), message, "is not an UUID");
  }
  isNotNull(message?: string): this {
    return this.test(() => this.value !== null, message, "is null");
  }
  isJavaObject(message?: string): this {
    return this.test(() => false, message, "is not a java object");
  }
  isInstanceOf(wanted: any, message?: string): this {
    return this.test(() => this.value instanceof wanted, message, `is not an instance of ${wanted}`);
  }
  isSchema(schema: unknown, message?: string, options?: is.AnyMap): this {
    this.group.checks++;
    try {
      schemaValidate(schema, this.value, options);
    } catch (error) {
      this.group.failures.push(message ?? `${this.prefix} ${String(error)}`);
    }
    return this;
  }

  toNumber(message?: string): this {
    return this.convert(() => Number(this.value), message, "can't be converted to number");
  }
  toString(message?: string): any {
    return this.convert(() => String(this.value), message, "can't be converted to string");
  }
  toBoolean(message?: string): this {
    return this.convert(() => is.toBoolean(this.value), message, "can't be converted to a boolean");
  }
  /** The parts between commas. */
  toArray(message?: string): this {
    const parts = (): string[] =>
      String(this.value)
        .split(",")
        .map((part) => part.trim());
    return this.convert(parts, message, "can't be converted to an array");
  }
  toMap(message?: string): this {
    return this.convert(() => jsonParse(this.value, true), message, "can't be converted to a map");
  }
  toDate(message?: string): this {
    return this.convert(() => new Date(this.value), message, "can't be converted to date");
  }

  /** @param wanted a function of the value, or an expression over `v` */
  check(wanted: ((value: any) => unknown) | string, message?: string): this {
    if (!is.isFunction(wanted) && !is.isString(wanted)) throw "please provide a function to check";
    const test = is.isFunction(wanted) ? wanted : (new Function("v", `return ${wanted}`) as (value: any) => unknown);
    const passed = test(this.value);
    return this.test(() => passed, message, "is not ok");
  }
  /** @param expression JavaScript, after its `{{v}}` are filled in */
  expr(expression: string, message?: string): this {
    if (!is.isString(expression)) throw "please provide an expression";
    const passed = jobScope.af.eval(jobScope.templify(expression, { v: this.value }));
    return this.test(() => passed, message, "is not ok");
  }

  /** Complains when the value IS equal: the reverse of what it reads like, as in OpenAF. */
  equals(other: unknown, message?: string): this {
    // biome-ignore lint/suspicious/noDoubleEquals: texts and numbers are to compare as JavaScript does
    return this.test(() => !(this.value == other), message, `is equals to ${other}`);
  }
  notEquals(other: unknown, message?: string): this {
    // biome-ignore lint/suspicious/noDoubleEquals: texts and numbers are to compare as JavaScript does
    return this.test(() => !(this.value != other), message, `is not equals to ${other}`);
  }
  /** Every entry of an array value has to be one of `values`. */
  anyOf(values: unknown[], message?: string): this {
    if (!is.isArray(values)) throw "please provide an array of values";
    this.group.checks++;
    if (!is.isArray(this.value)) return this;
    for (const entry of this.value)
      if (!values.includes(entry)) this.fail(message, `has a value not in ${JSON.stringify(values)}`);
    return this;
  }
  oneOf(values: unknown[], message?: string): this {
    if (!is.isArray(values)) throw "please provide an array of values";
    const passed = is.isArray(this.value) || values.includes(this.value);
    return this.test(() => passed, message, `is not one of ${JSON.stringify(values)}`);
  }

  between(low: any, high: any, message?: string): this {
    const text = `is not between ${low} and ${high}`;
    return this.test(() => !(this.value >= high || this.value <= low), message, text);
  }
  betweenEquals(low: any, high: any, message?: string): this {
    const text = `is not between ${low} and ${high}`;
    return this.test(() => !(this.value > high || this.value < low), message, text);
  }
  less(limit: any, message?: string): this {
    return this.test(() => !(this.value >= limit), message, `is less than ${limit}`);
  }
  lessEquals(limit: any, message?: string): this {
    return this.test(() => !(this.value > limit), message, `is less or equals than ${limit}`);
  }
  greater(limit: any, message?: string): this {
    return this.test(() => !(this.value <= limit), message, `is greater than ${limit}`);
  }
  greaterEquals(limit: any, message?: string): this {
    return this.test(() => !(this.value < limit), message, `is greater or equals than ${limit}`);
  }

  notEmpty(message?: string): this {
    return this.test(() => String(this.value) !== "", message, "is empty");
  }
  empty(message?: string): this {
    return this.test(() => String(this.value) === "", message, "is not empty");
  }
  contains(text: string, message?: string): this {
    needText(text, "contains");
    return this.test(() => String(this.value).includes(text), message, `doesn't contain ${text}`);
  }
  notContains(text: string, message?: string): this {
    needText(text, "not contains");
    return this.test(() => !String(this.value).includes(text), message, `contains ${text}`);
  }
  starts(text: string, message?: string): this {
    needText(text, "it starts with");
    return this.test(() => this.value.startsWith(text), message, `doesn't start with '${text}'`);
  }
  notStarts(text: string, message?: string): this {
    needText(text, "it not starts with");
    return this.test(() => !this.value.startsWith(text), message, `starts with '${text}'`);
  }
  ends(text: string, message?: string): this {
    needText(text, "it ends with");
    return this.test(() => this.value.endsWith(text), message, `doesn't end with '${text}'`);
  }
  notEnds(text: string, message?: string): this {
    needText(text, "it not ends with");
    return this.test(() => !this.value.endsWith(text), message, `ends with '${text}'`);
  }
  regexp(pattern: RegExp, message?: string): this {
    if (!is.isRegExp(pattern)) throw `is not a regular expression (${pattern})`;
    return this.test(() => pattern.test(this.value), message, `doesn't match '${pattern}'`);
  }
  javaRegexp(pattern: string, modifiers?: string, message?: string): this {
    if (!is.isString(pattern)) throw "please provide a regular expression string";
    const test = (): boolean => javaRegExp(this.value).test(pattern, modifiers);
    return this.test(test, message, `doesn't match '${pattern}'`);
  }

  private test(passes: () => unknown, message: string | undefined, text: string): this {
    this.group.checks++;
    if (this.given && !passes()) this.fail(message, text);
    return this;
  }

  private fail(message: string | undefined, text: string): void {
    this.group.failures.push(message === undefined ? this.prefix + text : message);
  }

  private convert(make: () => unknown, message: string | undefined, text: string): this {
    if (!this.given) return this;
    try {
      this.value = make();
    } catch {
      this.fail(message, text);
    }
    return this;
  }

  private settle(): void {
    const groups = [...this.groups, this.group];
    const passes = ({ failures, checks }: Group): boolean => failures.length === 0 || checks > failures.length;
    if (!groups.every(passes)) throw groups.map((group) => group.failures.join("; ")).join(" and ");
  }
}

function needText(text: unknown, what: string): void {
  if (!is.isString(text)) throw `please provide a string to check if ${what}`;
}
