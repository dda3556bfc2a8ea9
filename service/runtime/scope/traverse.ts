import { flatten, mapArray, searchKeys, searchValues, sortMapKeys, traverse } from "../lib/maps/traverse.js";

export const scope = {
  traverse,
  searchKeys,
  searchValues,
  flatten,
  mapArray,
  sortMapKeys,
};
