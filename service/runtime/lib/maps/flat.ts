import { pushAll } from "../../base/values/lists.js";
import { type AnyMap, isArray, isMap, isNumber, isObject } from "../../base/values/types.js";
import { clone } from "./merge.js";
import { traverse } from "./traverse.js";

/**
 * One level: keys are paths. Of a list every row gets the keys of all rows.
 * @throws text when `data` is neither map nor list, or an empty list
 */
export function flatMap(data: any, separator = "."): any {
  if (!isArray(data) && !isMap(data)) throw "data argument needs to be an array or a map";
  const list: any[] = isArray(data) ? data : [data];
  if (list.length === 0) throw "need at least one element in data";
  let keys: string[] = [];
  const flat = list.map((entry) => {
    const row: AnyMap = {};
    traverse(entry, (key, value, path) => {
      if (isMap(value) || isArray(value)) return;
      const owner = path.startsWith(".") ? path.slice(1) : path;
      row[owner === "" ? key : owner + separator + key] = value;
    });
    const own = Object.keys(row);
    keys = own.concat(keys.filter((key) => !Object.hasOwn(row, key)));
    return row;
  });
  const rows = flat.map((row) => Object.fromEntries(keys.map((key) => [key, row[key]])));
  return isArray(data) ? rows : rows[0];
}

/**
 * A list of maps as rows of a table: one column a path without indexes, one row for each entry of a list inside.
 * @param missing value of cells a row has nothing for
 */
export function flatten(data: any, separator = "_", missing: any = ""): AnyMap[] | undefined {
  if (!isArray(data)) return undefined;
  const columns = new Set<string>();
  for (const row of data)
    traverse(row, (key, value, path) => {
      if (!isObject(value)) columns.add(columnOf(key, path, separator));
    });
  const blank = (): AnyMap => Object.fromEntries([...columns].map((column) => [column, missing]));
  return data.flatMap((row) => rowsOf(blank(), row, "", separator));
}

function columnOf(key: string, path: string, separator: string): string {
  const dotted = (text: string): string => text.replace(/\./g, separator);
  const whole = dotted(path) + (isNumber(key) ? "" : separator + dotted(key));
  const bare = whole.replace(/\["?\d+"?\]/g, "");
  return bare.startsWith(separator) ? bare.slice(separator.length) : bare;
}

/** Plain values fill the row, then maps, then each entry of a list makes a row of its own from it. */
function rowsOf(row: AnyMap, data: any, path: string, separator: string): AnyMap[] {
  const made: AnyMap[] = [];
  const keys = Object.keys(data);
  const inner = (key: string): string => path + (Number.isNaN(Number(key)) ? `.${key}` : "");
  for (const key of keys) if (!isObject(data[key])) row[columnOf(key, path, separator)] = data[key];
  for (const key of keys)
    if (isObject(data[key]) && !isArray(data[key])) pushAll(made, rowsOf(row, data[key], inner(key), separator));
  for (const key of keys) {
    if (!isArray(data[key])) continue;
    for (const entry of data[key]) {
      const copy = clone(row);
      if (isObject(entry)) pushAll(made, rowsOf(copy, entry, inner(key), separator));
      else {
        copy[key] = entry;
        made.push(copy);
      }
    }
  }
  return made.length === 0 ? [row] : [...new Set(made)];
}
