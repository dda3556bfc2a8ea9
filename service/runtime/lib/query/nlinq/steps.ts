import { isArray, isFunction, isMap, isNull, isNumber, isString } from "../../../base/values/types.js";
import { arrayContains, compare, merge } from "../../maps/merge.js";
import { getPath, setPath, unsetPath } from "../../maps/sigil/paths.js";
import { check } from "../../maps/sigil.js";
import { Filter } from "./filter.js";
import { except, intersect, union } from "./sets.js";

/** The chainable steps of `$from`. Most change the rows themselves, as in OpenAF. */
export class Steps extends Filter {
  limit(count: any): this {
    if (isNumber(count)) this.limitCount = count;
    return this;
  }
  head(count: any): this {
    return this.limit(count);
  }
  tail(count: any): this {
    if (isNumber(count)) this.limitCount = -count;
    return this;
  }
  take(count: any): this {
    check(count).isNumber().$_();
    return this.limit(count);
  }
  skip(count: any): this {
    check(count).isNumber().$_();
    this.skipCount = Number(count);
    return this;
  }
  skipTake(skipped: any, taken: any): this {
    return this.skip(skipped).take(taken);
  }
  /** Leaves out every row `fn` is true for, wherever it stands. */
  skipWhile(fn: (row: any) => unknown): this {
    check(fn, "skip function").isFunction().$_();
    return this.notWhere(fn);
  }
  takeWhile(fn: (row: any) => unknown): this {
    check(fn, "take function").isFunction().$_();
    return this.where(fn);
  }

  /** Sorts by keys (`-key` descending); the given array itself when nothing was filtered before. */
  sort(...keys: string[]): this {
    const orders = keys.map((key) => (key.startsWith("-") ? { path: key.slice(1), sign: -1 } : { path: key, sign: 1 }));
    this.rows = this.passing().sort((a, b) => {
      for (const { path, sign } of orders) {
        const left = getPath(a, path);
        const right = getPath(b, path);
        if (left > right) return sign;
        if (left < right) return -sign;
      }
      return 0;
    });
    return this;
  }

  attach(key: string, value: any): this {
    check(key, "key").$_();
    check(value, "value").$_();
    return this.change((row) => setPath(row, key, isFunction(value) ? value(row) : value));
  }
  attachBy(newKey: string, key: string, value: any, newValue: any): this {
    checkAttach(newKey, key, value, newValue);
    // biome-ignore lint/suspicious/noDoubleEquals: the comparisons of $from are loose
    return this.change((row) => value == getPath(row, key) && setPath(row, newKey, newValue));
  }
  attachNotBy(newKey: string, key: string, value: any, newValue: any): this {
    checkAttach(newKey, key, value, newValue);
    // biome-ignore lint/suspicious/noDoubleEquals: the comparisons of $from are loose
    return this.change((row) => value != getPath(row, key) && setPath(row, newKey, newValue));
  }
  attachByEmpty(key: string, value: any): this {
    check(key, "newkey").isString().$_();
    check(value, "class").$_();
    return this.change((row) => isNull(getPath(row, key)) && setPath(row, key, value));
  }
  detach(key: string): this {
    check(key, "key").$_();
    return this.change((row) => unsetPath(row, key));
  }
  toDate(key: string): this {
    check(key, "key").$_();
    return this.change((row) => {
      const value = getPath(row, key);
      if (isString(value) || isNumber(value)) setPath(row, key, new Date(value));
    });
  }

  /** Keeps rows that have what the map says, hold the value, equal it, or that the function is true for. */
  filter(wanted: any): this {
    check(wanted, "value").$_();
    const isPlain = (value: unknown): boolean => isNumber(value) || isString(value);
    this.rows = this.passing().filter((row) => {
      if (isMap(wanted) && isMap(row))
        if (!Object.keys(wanted).every((key) => compare(wanted[key], row[key]))) return false;
      if (isArray(row) && arrayContains(row, wanted) < 0) return false;
      if (isFunction(wanted) && !wanted(row)) return false;
      // biome-ignore lint/suspicious/noDoubleEquals: the comparisons of $from are loose
      return !(isPlain(wanted) && isPlain(row) && row != wanted);
    });
    return this;
  }

  intersect(other: any[]): this {
    return this.combine("intersect", other, intersect);
  }
  except(other: any[]): this {
    return this.combine("except", other, except);
  }
  union(other: any[]): this {
    return this.combine("union", other, union);
  }
  /** Every row with every entry: merged when that is a map, else as pairs. */
  cartesian(other: any[]): this {
    return this.combine("cartesian", other, (rows) =>
      rows.flatMap((row) => other.map((entry) => (isMap(entry) ? merge(row, entry) : [row, entry]))),
    );
  }

  /** Puts the first entry of `source` whose `foreignKey` equals the row's `key` under `alias`. */
  assign(source: any, alias: string, key: string, foreignKey: string, fallback?: any): this {
    return this.lookUp(source, alias, key, foreignKey, (found) => (found.length > 0 ? found[0] : fallback));
  }
  /** The same with all such entries. */
  join(source: any, alias: string, key: string, foreignKey: string): this {
    return this.lookUp(source, alias, key, foreignKey, (found) => found);
  }

  /** Goes on with what `select(param)` gives. */
  define(param?: any): this {
    this.rows = this.select(param);
    return this;
  }
  /** Goes on with the rows the conditions left out. */
  removed(param?: any): this {
    this.isNegative = true;
    return this.define(param);
  }
  each(fn: (row: any, index: number) => unknown): this {
    check(fn, "each function").isFunction().$_();
    this.select(fn);
    return this;
  }

  /**
   * The rows; or what `param` makes of each.
   * @param param function, map of key → value for missing ones, or list of keys and `new:old` pairs
   */
  select(param?: any): any {
    const rows = this.passing(true);
    this.rows = rows;
    if (param === undefined) return rows;
    if (isFunction(param)) return rows.map(param);
    if (isArray(param)) return rows.map((row) => picked(row, namesOf(param)));
    if (!isMap(param)) return undefined;
    return rows.map((row) => {
      const made = {};
      for (const key of Object.keys(param)) {
        const value = getPath(row, key);
        setPath(made, key, value === undefined ? getPath(param, key) : value);
      }
      return made;
    });
  }

  private change(work: (row: any) => unknown): this {
    const rows = this.passing();
    for (const row of rows) work(row);
    this.rows = [...rows];
    return this;
  }

  private combine(name: string, other: any[], work: (rows: any[], other: any[]) => any[]): this {
    check(other, `${name} param`).isArray().$_();
    this.rows = work(this.passing(), other);
    return this;
  }

  private lookUp(source: any, alias: string, key: string, foreign: string, result: (found: any[]) => any): this {
    const rows = this.passing();
    for (const row of rows) row[alias] = result(new Steps(source).equals(foreign, getPath(row, key)).select());
    this.rows = rows;
    return this;
  }
}

function checkAttach(newKey: string, key: string, value: any, newValue: any): void {
  check(newKey, "newkey").isString().$_();
  check(key, "key").isString().$_();
  check(value, "value").$_();
  check(newValue, "class").$_();
}

/** `["id", "label:name"]` → `{ id: "id", label: "name" }`. */
function namesOf(list: any[]): Record<string, string> {
  const names: Record<string, string> = {};
  for (const entry of list.filter(isString)) {
    const colon = entry.indexOf(":");
    if (colon > 0) names[entry.slice(0, colon)] = entry.slice(colon + 1);
    else names[entry] = entry;
  }
  return names;
}

function picked(row: any, names: Record<string, string>): any {
  const made = {};
  for (const [key, path] of Object.entries(names)) setPath(made, key, getPath(row, path));
  return made;
}
