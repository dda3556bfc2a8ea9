import { setState as changeState } from "../states.js";
import type { Builtin } from "./builtin.js";

/** `ojob set state`: changes the state of the run, which rules entries with `when`. */
export const setState: Builtin = {
  name: "ojob set state",
  check: { __state: "isString" },
  exec(args) {
    changeState(args.__state);
  },
};
