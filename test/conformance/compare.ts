import { isDeepStrictEqual } from "node:util";
import type { Expectation } from "./cases.js";
import type { Actual } from "./runner.js";

/**
 * The first difference between a recorded case and a run of it, in one line; undefined when there is none.
 *
 * The order of keys, colour codes and the wording of the JavaScript engine's own errors do not count.
 */
export function firstDifference(expected: Expectation, actual: Actual): string | undefined {
  if (actual.died !== undefined) return actual.died;
  if (expected.exitCode !== actual.exitCode) return `exit code: expected ${expected.exitCode}, got ${actual.exitCode}`;
  const stdout = differenceOfTexts(plain(expected.stdout), plain(actual.stdout));
  if (expected.noResult) return stdout && `stdout: ${stdout}`;
  const exception = differenceOfExceptions(expected.exception, actual.exception);
  if (exception !== undefined) return exception;
  const errors = differenceOfErrors(expected.errors ?? [], actual.errors);
  if (errors !== undefined) return `errors: ${errors}`;
  const result = differenceOfValues(expected.result, actual.result, "result");
  if (result !== undefined) return result;
  return stdout && `stdout: ${stdout}`;
}

function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
}

/** Errors of the JavaScript engine itself keep only their kind. */
function withoutWording(text: string): string {
  return text.replace(
    /\b(TypeError|SyntaxError|ReferenceError|RangeError|EvalError|InternalError|URIError): [\s\S]*/g,
    "$1",
  );
}

function differenceOfExceptions(expected: string | undefined, actual: string | undefined): string | undefined {
  if (expected === undefined && actual === undefined) return undefined;
  if (expected === undefined) return `exception: expected none, got ${quote(actual)}`;
  if (actual === undefined) return `exception: expected ${quote(expected)}, got none`;
  // More may follow: ours tell what would be right.
  return withoutWording(actual).startsWith(withoutWording(expected))
    ? undefined
    : `exception: expected ${quote(expected)}, got ${quote(actual)}`;
}

function differenceOfErrors(
  expected: NonNullable<Expectation["errors"]>,
  actual: Actual["errors"],
): string | undefined {
  const key = (list: { name: string; error: string[] }[]): unknown =>
    list.map(({ name, error }) => ({ name, error: error.map(withoutWording) }));
  return differenceOfValues(key(expected), key(actual), "errors");
}

function differenceOfTexts(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  const left = expected.split("\n");
  const right = actual.split("\n");
  const line = left.findIndex((text, index) => text !== right[index]);
  const at = line < 0 ? left.length : line;
  return `line ${at + 1}: expected ${quote(left[at])}, got ${quote(right[at])}`;
}

function differenceOfValues(expected: unknown, actual: unknown, at: string): string | undefined {
  if (isDeepStrictEqual(expected, actual)) return undefined;
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    if (
      typeof expected === "string" &&
      typeof actual === "string" &&
      withoutWording(expected) === withoutWording(actual)
    )
      return undefined;
    return `${at}: expected ${quote(expected)}, got ${quote(actual)}`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const difference = differenceOfValues(
      (expected as Record<string, unknown>)[key],
      (actual as Record<string, unknown>)[key],
      `${at}.${key}`,
    );
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
