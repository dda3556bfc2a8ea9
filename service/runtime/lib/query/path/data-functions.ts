import { jobScope } from "../../../base/job-scope.js";
import { isNull } from "../../../base/values/types.js";
import { sortSemanticVersions } from "../../format/versions.js";
import { flatMap } from "../../maps/flat.js";
import { key2array } from "../../maps/keys.js";
import { $a2m, $a4m, $m2a, $m4a, range } from "../../maps/maps.js";
import { merge, uniqArray } from "../../maps/merge.js";
import { setPath, unsetPath } from "../../maps/sigil/paths.js";
import { searchKeys, searchValues } from "../../maps/traverse.js";
import { Query } from "../nlinq/query.js";
import { pathFunction as fn, type PathFunction } from "./signature.js";

/** Functions on maps, lists and numbers that OpenAF adds to JMESPath. */
export const dataFunctions: Record<string, PathFunction> = {
  add: fn("number number", (a: number, b: number) => a + b),
  sub: fn("number number", (a: number, b: number) => a - b),
  mul: fn("number number", (a: number, b: number) => a * b),
  div: fn("number number", (a: number, b: number) => a / b),
  mod: fn("number number", (a: number, b: number) => a % b),

  a2m: fn("array array", $a2m),
  a4m: fn("array string boolean", $a4m),
  m2a: fn("array object", $m2a),
  m4a: fn("object string", $m4a),
  k2a: fn("object string any boolean", (map: any, re: string, name: any, dropEmpty: boolean) =>
    key2array(map, re, name === null ? undefined : name, dropEmpty),
  ),
  amerge: fn("array|object array|object", (a: any, b: any) => merge(a, b)),
  assign: fn("any string any", (owner: any, path: string, value: any) => {
    setPath(owner, path, value);
    return owner;
  }),
  insert: fn("object string any", (owner: any, path: string, value: any) => setPath(owner, path, value)),
  delete: fn("object string", (owner: any, path: string) => unsetPath(owner, path)),
  at: fn("array number", (list: any[], index: number) => list[index]),
  flat_map: fn("array|object", (value: any) => flatMap(value)),
  range: fn("number", (count: number) => range(count)),
  ranges: fn("number number number", range),
  search_keys: fn("any string", (owner: any, re: string) => searchKeys(owner, re)),
  search_values: fn("any string", (owner: any, re: string) => searchValues(owner, re)),
  unique: fn("array", uniqArray),
  count_by: fn("array string", (rows: any[], keys: string) => new Query(rows).countBy(keys)),
  group: fn("array string", (rows: any[], key: string) => new Query(rows).group(key)),
  group_by: fn("array string", (rows: any[], keys: string) => new Query(rows).groupBy(keys)),
  to_map: fn("array string", (rows: any[], key: string) => new Query(rows).mselect(undefined, key)),

  if: fn("boolean any any", (condition: boolean, yes: any, no: any) => (condition ? yes : no)),
  nvl: fn("any any", (value: any, fallback: any) => (isNull(value) ? fallback : value)),
  random: fn("number number", randomBetween),
  srandom: fn("number number", randomBetween),

  sort_semver: fn("array", (list: any[]) => sortSemanticVersions(list)),
  sort_by_semver: fn("array string", sortBySemver),
  semver: fn("string string null|string", (version: string, operation: string, other: any) =>
    jobScope.ow.format.semver(version)[operation](other === null ? undefined : other),
  ),
};

function randomBetween(low: number, high: number): number {
  return Math.floor(Math.random() * (high - low + 1) + low);
}

function sortBySemver(rows: any[], path: string): any[] {
  const { semver } = jobScope.ow.format;
  const versionOf = (row: any): string => jobScope.$path(row, path);
  return rows.sort((a, b) => {
    const version = semver(versionOf(a));
    const other = versionOf(b);
    return version.equals(other) ? 0 : version.greater(other) ? 1 : -1;
  });
}
