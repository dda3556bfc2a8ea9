import { type AnyMap, isArray, isBoolean, isFunction, isMap, isNumber, isString } from "../../../base/values/types.js";
import { clone } from "../../maps/merge.js";
import { getPath } from "../../maps/sigil/paths.js";
import { check } from "../../maps/sigil.js";
import { Steps } from "./steps.js";

/** Result of `$from(source)`: conditions, steps, and here the endings that return the result. */
export class Query extends Steps {
  at(index: any): any {
    check(index, "index").isNumber().$_();
    return this.result()[Number(index)];
  }
  all(): boolean {
    return this.result().length === this.source.length;
  }
  count(): number {
    return this.result().length;
  }
  any(): boolean {
    return this.result().length > 0;
  }
  none(): boolean {
    return this.result().length === 0;
  }
  first(fallback?: any): any {
    const rows = this.result();
    return rows.length > 0 ? rows[0] : fallback;
  }
  last(fallback?: any): any {
    const rows = this.result();
    return rows.length > 0 ? rows.at(-1) : fallback;
  }
  /** The given array itself turned round, when nothing was filtered. */
  reverse(): any[] {
    return this.result().reverse();
  }

  /** The row with the least value; rows whose value is no number are passed over. */
  min(key?: string): any {
    return this.extreme(key, (value, best) => best > value);
  }
  max(key?: string): any {
    return this.extreme(key, (value, best) => best < value);
  }
  sum(key?: string): number {
    return this.numbers(key).reduce((sum, value) => sum + value, 0);
  }
  average(key?: string): number | undefined {
    const values = this.numbers(key);
    return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
  }
  distinct(key?: string): any[] {
    const of = valueReader(key);
    return [...new Set<any>(this.result().map(of))];
  }

  /** Map of value → rows. A value that is neither text nor boolean keeps only its last row, as in OpenAF. */
  group(key?: string): Record<string, any[]> {
    const of = valueReader(key);
    const groups: Record<string, any[]> = {};
    for (const row of this.result()) {
      const value = of(row);
      const name = isBoolean(value) ? String(value) : value;
      if (typeof name === "string" && Object.hasOwn(groups, name)) groups[name]!.push(row);
      else groups[name] = [row];
    }
    return groups;
  }
  /** Nested groups by several keys, comma separated. */
  groupBy(keys: string): AnyMap {
    const [first, ...rest] = check(keys).isString().default("key").split(",");
    const nest = (groups: Record<string, any[]>, [key, ...more]: string[]): AnyMap =>
      key === undefined
        ? groups
        : Object.fromEntries(
            Object.entries(groups).map(([name, rows]) => [name, nest(new Query(rows).group(key), more)]),
          );
    return nest(this.group(first), rest);
  }

  countBy(keys: string, name?: string, keyNames?: string): AnyMap[] {
    return this.fnBy(keys, (rows) => rows.length, name ?? "_count", keyNames);
  }
  sumBy(keys: string, field: string, name?: string, keyNames?: string): AnyMap[] {
    return this.fnBy(keys, (rows) => new Query(rows).sum(field), name ?? "_sum", keyNames);
  }
  averageBy(keys: string, field: string, name?: string, keyNames?: string): AnyMap[] {
    return this.fnBy(keys, (rows) => new Query(rows).average(field), name ?? "_avg", keyNames);
  }
  minBy(keys: string, field: string, name?: string, keyNames?: string): AnyMap[] {
    return this.fnBy(keys, (rows) => getPath(new Query(rows).min(field), field), name ?? "_min", keyNames);
  }
  maxBy(keys: string, field: string, name?: string, keyNames?: string): AnyMap[] {
    return this.fnBy(keys, (rows) => getPath(new Query(rows).max(field), field), name ?? "_max", keyNames);
  }
  /** One map per group: its keys, and what `fn` makes of its rows under `name`. */
  fnBy(keys: string, fn?: (rows: any[]) => unknown, name?: string, keyNames?: string): AnyMap[] {
    const by: string = check(keys).isString().default("key");
    const make = check(fn)
      .isFunction()
      .default((rows: any[]) => rows.length);
    const resultName: string = check(name).isString().default("_result");
    const names: string[] = check(keyNames).isString().default(by).split(",");
    const paths = by.split(",");
    const table: AnyMap[] = [];
    const row: AnyMap = {};
    const walk = (groups: Record<string, any[]>, level: number): void => {
      for (const value of Object.keys(groups)) {
        row[names[level]!] = value;
        if (level + 1 < paths.length) walk(new Query(groups[value]).group(paths[level + 1]), level + 1);
        else {
          row[resultName] = make(groups[value]);
          table.push(clone(row));
        }
      }
    };
    walk(this.group(paths[0]), 0);
    return table;
  }

  /** The selected rows as a map by one of their keys; rows without it become `rowN`. */
  mselect(param?: any, keyName?: string, keepsKey?: boolean): AnyMap {
    const rows: any[] = this.select(param);
    const key = check(keyName, "aKey").isString().default("_key");
    const keeps = check(keepsKey, "dontRemove").isBoolean().default(true);
    const map: AnyMap = {};
    for (const [index, row] of rows.entries()) {
      const name = row[key];
      if (name === undefined) {
        map[`row${index}`] = row;
        continue;
      }
      map[name] = row;
      if (!keeps) delete row[key];
    }
    return map;
  }
  /** `select`: in OpenAF in parallel threads, which changes nothing about the result. */
  pselect(param?: any): any {
    return this.select(param);
  }
  tselect(param?: any): any {
    return this.select(param);
  }

  /**
   * Runs a description: conditions, steps, then `select`, or the ending `selector`, or plain rows.
   * @param map `{ where: [{ cond, args }], transform: [{ func, args }], selector: { func, args }, select }`
   */
  query(map?: AnyMap): any {
    return this.described(map, (_name, value) => value);
  }
  /** The same, with what a selector gives as `{ name: value }`. */
  apply(map?: AnyMap): any {
    return this.described(map, (name, value) => ({ [name]: value }));
  }

  private described(map: AnyMap | undefined, wrap: (name: string, value: any) => any): any {
    const { where = [], transform = [], selector, select } = check(map, "aMap").isMap().default({});
    check(where, "where").isArray().$_();
    check(transform, "transform").isArray().$_();
    for (const { cond, args } of where) if (isString(cond)) this.call(cond, args);
    for (const { func, args } of transform) if (isString(func)) this.call(func, args);
    let result: any;
    if (isString(select)) result = this.select(new Function("elem", "index", "array", select));
    else if (isMap(select) || isArray(select)) result = this.select(select);
    if (result !== undefined) return result;
    if (isMap(selector) && isString(selector.func)) return wrap(selector.func, this.call(selector.func, selector.args));
    return select === undefined ? this.select() : undefined;
  }

  private call(name: string, args: any[] = []): any {
    const method = (this as AnyMap)[name];
    if (!isFunction(method)) throw new TypeError(`$from has no condition, step or ending named ${name}`);
    return method.apply(this, args);
  }

  private result(): any[] {
    const rows = this.passing(true);
    this.rows = rows;
    return rows;
  }

  private numbers(key: string | undefined): number[] {
    const of = valueReader(key);
    return this.result()
      .map((row) => Number(of(row)))
      .filter(isNumber);
  }

  private extreme(key: string | undefined, isBetter: (value: number, best: any) => boolean): any {
    const of = valueReader(key);
    let best: any;
    for (const row of this.result()) {
      const value = Number(of(row));
      if (isNumber(value) && (best === undefined || isBetter(value, of(best)))) best = row;
    }
    return best;
  }
}

function valueReader(key: string | undefined): (row: any) => any {
  const path = check(key).isString().default(undefined);
  return path === undefined ? (row) => row : (row) => getPath(row, path);
}
