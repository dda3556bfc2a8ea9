import { isMap, isString } from "../../base/values/types.js";

/** Helpers that compare: as a block they choose its part, inside an expression they give true or false. */
type Helper = (...args: any[]) => any;

const lostContext = {};

function choose(isTrue: boolean, options: any): unknown {
  if (isTrue) return options.fn === undefined ? true : options.fn(lostContext);
  return options.inverse === undefined ? false : options.inverse(lostContext);
}

const test =
  (holds: (a: any, b: any) => unknown): Helper =>
  (a, b, options) =>
    choose(Boolean(holds(a, b)), options);

const unary =
  (holds: (a: any) => boolean): Helper =>
  (a, options) =>
    choose(holds(a), options);

/** Nothing at all when one side is no text. */
const textual =
  (holds: (a: string, b: string) => boolean): Helper =>
  (a, b, options) =>
    isString(a) && isString(b) ? choose(holds(a, b), options) : undefined;

/** Compares with the argument `compare=` of the helper. */
const unless =
  (holds: (a: any, b: any) => boolean): Helper =>
  (a, options) =>
    choose(holds(a, options.hash.compare), options);

/** The loose comparisons are what these operators mean in a template: `5 == "5"`. */
const operators: Record<string, (a: any, b: any) => boolean> = {
  // biome-ignore lint/suspicious/noDoubleEquals: the operator itself
  "==": (a, b) => a == b,
  "===": (a, b) => a === b,
  // biome-ignore lint/suspicious/noDoubleEquals: the operator itself
  "!=": (a, b) => a != b,
  "!==": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  typeof: (a, b) => typeof a === b,
};

export const conditionalHelpers: Record<string, Helper> = {
  and: test((a, b) => a && b),
  or: test((a, b) => a === true || b === true),
  neither: test((a, b) => !a && !b),
  eq: test((a, b) => a === b),
  is: test((a, b) => a === b),
  isnt: test((a, b) => a !== b),
  gt: test((a, b) => a > b),
  gte: test((a, b) => a >= b),
  lt: test((a, b) => a < b),
  lte: test((a, b) => a <= b),
  ifEven: unary((a) => a % 2 === 0),
  ifOdd: unary((a) => a % 2 === 1),
  ifNth: test((every, index) => (index + 1) % every === 0),
  startsWith: textual((a, b) => a.startsWith(b)),
  endsWith: textual((a, b) => a.endsWith(b)),
  match: (text, pattern, flags, options) => {
    const modifiers = options === undefined ? "" : flags;
    if (!isString(text) || !isString(pattern) || !isString(modifiers)) return undefined;
    return choose(new RegExp(pattern, modifiers).test(text), options ?? flags);
  },
  has: (value, part, options) => {
    if (options === undefined) return (part ?? value).inverse?.(lostContext);
    const isInside =
      Array.isArray(value) || isString(value)
        ? value.indexOf(part as never) > -1
        : isMap(value) && isString(part) && part in value;
    return choose(isInside, options);
  },
  contains: (collection, value, from, options) => {
    const start = isMap(from) ? 0 : from;
    const list = isMap(collection) ? Object.values(collection) : collection;
    const isInside = (isString(list) || Array.isArray(list)) && list.indexOf(value as never, start) > -1;
    return choose(isInside, isMap(from) ? from : options);
  },
  compare: (a, operator, b, options) => {
    for (const [name, value] of Object.entries({ a, op: operator, b }))
      if (value === undefined) throw `${name} not defined or assigned`;
    if (!Object.hasOwn(operators, operator)) throw `Invalid operator: \`${operator}\``;
    return choose(operators[operator]!(a, b), options);
  },
  unlessEq: unless((a, b) => a === b),
  unlessGt: unless((a, b) => a > b),
  unlessLt: unless((a, b) => a < b),
  unlessGteq: unless((a, b) => a >= b),
  unlessLteq: unless((a, b) => a <= b),
};
