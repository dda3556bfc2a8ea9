import { $retry, $tb, $throwIfUnDef, threadBox } from "../lib/threads/timebox.js";

export const scope = {
  threadBox,
  $tb,
  $retry,
  $throwIfUnDef,
};
