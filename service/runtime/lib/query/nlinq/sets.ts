import { isMap } from "../../../base/values/types.js";

/** Set operations by content: entries are compared by their JSON with sorted keys. */
const contentOf = (value: unknown): string => JSON.stringify(sorted(value));

function sorted(value: any): any {
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

const contentsOf = (list: any[]): Set<string> => new Set(list.map(contentOf));

export function intersect(rows: any[], other: any[]): any[] {
  const contents = contentsOf(other);
  return rows.filter((row) => contents.has(contentOf(row)));
}

export function except(rows: any[], other: any[]): any[] {
  const contents = contentsOf(other);
  return rows.filter((row) => !contents.has(contentOf(row)));
}

/** All rows, and the entries of `other` that are not among them. */
export function union(rows: any[], other: any[]): any[] {
  const contents = contentsOf(rows);
  return rows.concat(other.filter((entry) => !contents.has(contentOf(entry))));
}
