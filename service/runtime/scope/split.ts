import { processExpr, splitBySeparator, splitBySepWithEnc, splitKVBySeparator } from "../lib/maps/split.js";

export const scope = {
  splitBySeparator,
  splitBySepWithEnc,
  splitKVBySeparator,
  processExpr,
};
