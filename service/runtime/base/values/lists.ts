/**
 * Functions on lists of any length: `list.push(...values)` and `Math.max(...values)` fail with more values than the stack has room
 * for, about 100,000.
 */

export function pushAll<T>(list: T[], values: readonly T[]): void {
  for (const value of values) list.push(value);
}

/** As `Math.max`: -Infinity without values, NaN with one. */
export function maxOf(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
}

/** As `Math.min`: Infinity without values, NaN with one. */
export function minOf(values: readonly number[]): number {
  return values.reduce((min, value) => Math.min(min, value), Number.POSITIVE_INFINITY);
}
