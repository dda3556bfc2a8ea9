import { printMap, printTable, printTreeOf, printTreeOrS, wordWrapArray } from "../lib/terminal/tables.js";

export const scope = {
  printTable,
  printTree: printTreeOf,
  printTreeOrS,
  printMap,
  "ow.format.string.wordWrapArray": wordWrapArray,
};
