import { oPromise } from "../features/promises/promise.js";
import { $do, $doA2B, $doAll, $doFirst, $doWait } from "../features/promises/promises.js";

export const scope = {
  oPromise,
  $do,
  $doV: $do,
  $doAll,
  $doFirst,
  $doWait,
  $doA2B,
};
