import { arrayContains, clone, compare, extend, merge, uniqArray } from "../lib/maps/merge.js";

export const scope = {
  merge,
  extend,
  clone,
  compare,
  uniqArray,
  arrayContains,
};
