import { isBoolean, isMap, isNumber, isString } from "../../../base/values/types.js";
import { getPath } from "../../maps/sigil/paths.js";

/** The tests of `$from`: each makes a predicate over one row. */
export type Predicate = (row: any) => unknown;

/** Value to compare with, and whether the row's side has to be made lower-case text first. */
interface Operand {
  value: any;
  folds: boolean;
}

type Compare = (row: any, other: any) => unknown;

/** Comparison of a row's value with the given one. */
const compares: Record<string, Compare> = {
  // biome-ignore lint/suspicious/noDoubleEquals: `equals("id", "2")` has to find 2
  Equals: (row, other) => row == other,
  Greater: (row, other) => row > other,
  Less: (row, other) => row < other,
  GreaterEquals: (row, other) => row >= other,
  LessEquals: (row, other) => row <= other,
};

/** The opposite of each, which is not the negation where values cannot be compared. */
const opposites: Record<string, Compare> = {
  // biome-ignore lint/suspicious/noDoubleEquals: as above
  Equals: (row, other) => row != other,
  Greater: compares.LessEquals!,
  Less: compares.GreaterEquals!,
  GreaterEquals: compares.Less!,
  LessEquals: compares.Greater!,
};

const texts: Record<string, (row: string, other: any) => unknown> = {
  Starts: (row, other) => row.startsWith(other),
  Ends: (row, other) => row.endsWith(other),
  Contains: (row, other) => row.indexOf(other) >= 0,
  Match: (row, other) => row.match(other),
};

/** Names of all conditions, as they follow `and`, `or`, `not`, `andNot`, `orNot`. */
export const CONDITIONS = [
  "Equals",
  "Greater",
  "Less",
  "GreaterEquals",
  "LessEquals",
  "Starts",
  "Ends",
  "Contains",
  "Match",
  "Empty",
  "Type",
  "Between",
  "BetweenEquals",
  "Is",
] as const;

/**
 * Predicates of one condition: several when `key` is a map of key → value, all of which have to hold.
 * @param args `(key, value)`, `(value)` for lists of plain values, a map, or with two values for the between conditions
 */
export function predicatesOf(name: string, isNot: boolean, useCase: boolean, args: any[]): Predicate[] {
  const [key, first, second] = args;
  if (second === undefined && isMap(key))
    return Object.entries(flatKeys(key)).flatMap(([k, v]) => predicatesOf(name, isNot, useCase, [k, v]));
  if (name === "Empty" || name === "Is") return [stateOf(name, isNot, readerOf(key))];
  if (name.startsWith("Between")) return [between(name === "BetweenEquals", isNot, useCase, args)];
  const hasKey = first !== undefined;
  const read = hasKey ? readerOf(key) : itself;
  const operand = operandOf(hasKey ? first : key, useCase);
  if (name === "Type") {
    const type = operand.value;
    return [isNot ? (row) => typeof read(row) !== type : (row) => typeof read(row) === type];
  }
  const text = texts[name];
  if (text !== undefined) return [onText(text, isNot, read, operand)];
  return [onValue((isNot ? opposites : compares)[name]!, read, operand)];
}

function onText(
  test: (row: string, other: any) => unknown,
  isNot: boolean,
  read: Predicate,
  operand: Operand,
): Predicate {
  const { value, folds } = operand;
  const passes: Predicate = folds
    ? (row) => test(String(read(row)).toLowerCase(), value)
    : (row) => test(String(read(row)), value);
  return isNot ? (row) => !passes(row) : passes;
}

function onValue(compare: Compare, read: Predicate, { value, folds }: Operand): Predicate {
  return folds ? (row) => compare(String(read(row)).toLowerCase(), value) : (row) => compare(read(row), value);
}

function stateOf(name: "Empty" | "Is", isNot: boolean, read: Predicate): Predicate {
  if (name === "Is") return isNot ? (row) => !read(row) : read;
  const isEmpty: Predicate = (row) => {
    const value = read(row);
    return value === undefined || String(value).length === 0;
  };
  return isNot ? (row) => !isEmpty(row) : isEmpty;
}

function between(isClosed: boolean, isNot: boolean, useCase: boolean, args: any[]): Predicate {
  const hasKey = args[2] !== undefined;
  const read = hasKey ? readerOf(args[0]) : itself;
  const [from, to] = hasKey ? [args[1], args[2]] : [args[0], args[1]];
  const low = operandOf(from, useCase);
  // OpenAF quotes the upper text twice: a text range never reaches past the quotation mark.
  const high = operandOf(to, useCase);
  const upper = isNumber(to) || isBoolean(to) ? high.value : JSON.stringify(high.value);
  const within = { value: upper, folds: low.folds };
  if (isNot) {
    const under = onValue(compares[isClosed ? "LessEquals" : "Less"]!, read, low);
    const over = onValue(compares[isClosed ? "GreaterEquals" : "Greater"]!, read, within);
    return (row) => under(row) || over(row);
  }
  const above = onValue(compares[isClosed ? "GreaterEquals" : "Greater"]!, read, low);
  const below = onValue(compares[isClosed ? "LessEquals" : "Less"]!, read, within);
  return (row) => above(row) && below(row);
}

/** Numbers (numeric text too) and booleans as they are; text in lower case unless `useCase`; the rest as its JSON reads. */
function operandOf(given: any, useCase: boolean): Operand {
  if (isNumber(given)) return { value: isString(given) ? Number(given) : given, folds: isString(given) && !useCase };
  if (isBoolean(given)) return { value: given, folds: false };
  if (isString(given)) return { value: useCase ? given : given.toLowerCase(), folds: !useCase };
  const json = JSON.stringify(given);
  return json === undefined ? { value: undefined, folds: false } : { value: JSON.parse(json), folds: !useCase };
}

const itself: Predicate = (row) => row;

/** Reads a key: plain dotted names like JavaScript does (a missing owner throws), anything else by `$$().get`. */
function readerOf(key: any): Predicate {
  if (typeof key !== "string")
    return key === undefined ? (row) => row[undefined as any] : (row) => getPath(row, String(key));
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return (row) => row[key];
  if (!/^[A-Za-z_$][\w$]*(\.[\w$]+|\[\w+\])*$/.test(key)) return (row) => getPath(row, key);
  const steps = key.replace(/\]/g, "").split(/[.[]/);
  return (row) => {
    let at = row;
    for (const step of steps) at = at[step];
    return at;
  };
}

/** `{ a: { b: 1 } }` → `{ "a.b": 1 }`. */
function flatKeys(map: Record<string, any>, prefix = "", into: Record<string, any> = {}): Record<string, any> {
  for (const [key, value] of Object.entries(map)) {
    if (isMap(value) || Array.isArray(value)) flatKeys(value, `${prefix}${key}.`, into);
    else into[prefix + key] = value;
  }
  return into;
}
