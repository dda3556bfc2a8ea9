import { parallel, parallel4Array, parallelArray, pForEach } from "../lib/threads/parallel.js";

export const scope = {
  pForEach,
  parallel,
  parallelArray,
  parallel4Array,
};
