import type { Builtin } from "./builtin.js";
import { quiet, same } from "./shortcut.js";

/** `ojob exit`: ends the run at once with a code. */
export const exit: Builtin = {
  name: "ojob exit",
  precedence: 60,
  shortcuts: [quiet("fail", "code", same("force"))],
  typeArgs: { noLog: true },
  check: { code: "toNumber.isNumber.default(0)", force: "toBoolean.isBoolean.default(false)" },
  exec(args, _job, _id, engine) {
    engine.exit(args.code, args.force);
  },
};
