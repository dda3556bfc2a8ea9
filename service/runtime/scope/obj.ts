import { flatMap, flatten } from "../lib/maps/flat.js";
import { key2array } from "../lib/maps/keys.js";
import { $a4m, $m4a } from "../lib/maps/maps.js";
import { plainPath, setPlainPath } from "../lib/maps/traverse.js";
import { filter, filterKeys, reorderArrayMap, searchArray } from "../lib/query/filters.js";
import {
  fromArray2OrderedObj,
  fromOrderedObj2Array,
  fuzzySearch,
  oneOf,
  oneOfFn,
  randomDateRange,
  randomRange,
} from "../lib/query/obj.js";

export const scope = {
  "ow.obj.getPath": plainPath,
  "ow.obj.setPath": setPlainPath,
  "ow.obj.flatMap": flatMap,
  "ow.obj.flatten": flatten,
  "ow.obj.filter": filter,
  "ow.obj.filterKeys": filterKeys,
  "ow.obj.reorderArrayMap": reorderArrayMap,
  "ow.obj.key2array": key2array,
  "ow.obj.searchArray": searchArray,
  "ow.obj.fuzzySearch": fuzzySearch,
  "ow.obj.fromArray2OrderedObj": fromArray2OrderedObj,
  "ow.obj.fromOrderedObj2Array": fromOrderedObj2Array,
  "ow.obj.fromArray2Obj": $a4m,
  "ow.obj.fromObj2Array": $m4a,
  "ow.obj.oneOf": oneOf,
  "ow.obj.oneOfFn": oneOfFn,
  "ow.obj.randomRange": randomRange,
  "ow.obj.randomDateRange": randomDateRange,
};
