import { delay, type Steps } from "../../base/scheduler.js";
import type { Builtin } from "./builtin.js";
import { quiet } from "./shortcut.js";

/** `ojob wait`: a pause of `time` ms. */
export const wait: Builtin = {
  name: "ojob wait",
  precedence: 40,
  shortcuts: [quiet("wait", "time")],
  typeArgs: { noLog: true },
  check: { time: "toNumber.isNumber" },
  *exec(args): Steps<void> {
    yield delay(args.time);
  },
};
