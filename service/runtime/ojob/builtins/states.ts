import { check } from "../../lib/maps/sigil.js";
import type { Builtin } from "./builtin.js";
import { quiet, same } from "./shortcut.js";

/** The state of the run, which rules entries with `when`. */

/** `ojob set state`. */
export const setState: Builtin = {
  name: "ojob set state",
  precedence: 140,
  shortcuts: [quiet("state", "__state")],
  typeArgs: { noLog: true },
  exec(args, _job, _id, engine) {
    if (args.__state === undefined && args.state !== undefined) args.__state = args.state;
    engine.setState(check(args.__state, "state").isString().$_());
  },
};

/** `ojob get state`: puts it in `args.state`. */
export const getState: Builtin = {
  name: "ojob get state",
  exec(args, _job, _id, engine) {
    args.state = engine.getState();
  },
};

/** `ojob state`: takes the state from an arg. */
export const state: Builtin = {
  name: "ojob state",
  precedence: 150,
  shortcuts: [quiet("stateOn", "stateOn", same("lowerCase upperCase validStates default"))],
  typeArgs: { noLog: true },
  check: {
    stateOn: 'isString.default("state")',
    lowerCase: "toBoolean.isBoolean.default(false)",
    upperCase: "toBoolean.isBoolean.default(false)",
    default: "default(__)",
  },
  exec(args, _job, _id, engine) {
    let wanted = args[args.stateOn] === undefined ? args.default : args[args.stateOn];
    if (typeof wanted === "string" && args.lowerCase) wanted = wanted.toLowerCase();
    if (typeof wanted === "string" && args.upperCase) wanted = wanted.toUpperCase();
    if (Array.isArray(args.validStates) && !args.validStates.includes(wanted)) wanted = args.default;
    args.state = wanted;
    if (typeof wanted === "string") engine.setState(wanted);
  },
};
