import type { Builtin } from "./builtin.js";

/** `ojob exit`: ends the run at once with a code. */
export const exit: Builtin = {
  name: "ojob exit",
  typeArgs: { noLog: true },
  check: { code: "toNumber.isNumber.default(0)", force: "toBoolean.isBoolean.default(false)" },
  exec(args, _job, _id, engine) {
    engine.exit(args.code, args.force);
  },
};
