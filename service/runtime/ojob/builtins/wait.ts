import { delay, type Steps } from "../../base/scheduler.js";
import type { Builtin } from "./builtin.js";

/** `ojob wait`: a pause of `time` ms. */
export const wait: Builtin = {
  name: "ojob wait",
  typeArgs: { noLog: true },
  check: { time: "toNumber.isNumber" },
  *exec(args): Steps<void> {
    yield delay(args.time);
  },
};
