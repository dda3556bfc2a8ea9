import { isContainer, isMap } from "../../../base/values/types.js";
import { stringify } from "../../../lib/data/json.js";
import { flatMap } from "../../../lib/maps/flat.js";
import { $a4m, $m4a } from "../../../lib/maps/maps.js";
import { merge } from "../../../lib/maps/merge.js";
import { searchKeys, searchValues, sortMapKeys } from "../../../lib/maps/traverse.js";
import type { AnyMap } from "../../model/shapes.js";
import { isOn } from "./input.js";

/** Changes to the value between the first path and the last, in the order in which they are made. */
const transforms: Record<string, (value: any, params: AnyMap) => any> = {
  sortmapkeys: (value, { sortmapkeys }) => (isOn(sortmapkeys) && isContainer(value) ? sortMapKeys(value, true) : value),
  searchkeys: (value, { searchkeys }) => (isContainer(value) ? searchKeys(value, searchkeys) : value),
  searchvalues: (value, { searchvalues }) => (isContainer(value) ? searchValues(value, searchvalues) : value),
  maptoarray: (value, { maptoarray, maptoarraykey }) =>
    isOn(maptoarray) && isMap(value) ? $m4a(value, maptoarraykey) : value,
  arraytomap: (value, { arraytomap, arraytomapkey, arraytomapkeepkey }) =>
    isOn(arraytomap) && Array.isArray(value) ? $a4m(value, arraytomapkey, isOn(arraytomapkeepkey)) : value,
  flatmap: (value, { flatmap, flatmapsep }) =>
    isOn(flatmap) && isContainer(value) ? flatMap(value, flatmapsep) : value,
  merge: (value, { merge: isWanted }) =>
    isOn(isWanted) && Array.isArray(value) && value.length > 1
      ? value.reduce((sum, entry) => merge(sum, entry))
      : value,
  removenulls: (value, { removenulls }) => (isOn(removenulls) ? withoutNulls(value) : value),
  removeempty: (value, { removeempty }) =>
    isOn(removeempty) && Array.isArray(value) ? value.filter((entry) => entry !== undefined && entry !== null) : value,
  trim: (value, { trim }) => (isOn(trim) ? trimmed(value) : value),
  removedups: (value, { removedups }) => (isOn(removedups) ? unique(value) : value),
};

/** Parameters of the transforms. */
const details = new Set("maptoarraykey arraytomapkey arraytomapkeepkey flatmapsep".split(" "));

export function isTransform(name: string): boolean {
  return Object.hasOwn(transforms, name) || details.has(name);
}

export function transform(value: any, params: AnyMap): any {
  let changed = value;
  for (const name of Object.keys(transforms))
    if (params[name] !== undefined) changed = transforms[name]!(changed, params);
  return changed;
}

function withoutNulls(value: any): any {
  if (Array.isArray(value)) return value.filter((entry) => entry !== null).map(withoutNulls);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined);
  return Object.fromEntries(kept.map(([key, entry]) => [key, withoutNulls(entry)]));
}

function trimmed(value: any): any {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, trimmed(entry)]));
}

/** The first of each equal entries, the order of keys aside. @throws text for what is no list */
function unique(value: any): any[] {
  if (!Array.isArray(value)) throw "oafp: removedups is for lists";
  const seen = new Set<string>();
  return value.filter((entry) => {
    const text = stringify(isMap(entry) ? sortMapKeys(entry) : entry, undefined, "");
    return !seen.has(text) && seen.add(text);
  });
}
