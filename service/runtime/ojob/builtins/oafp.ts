import type { Builtin } from "./builtin.js";
import { processData } from "./oafp/process.js";
import { quiet } from "./shortcut.js";

/** `ojob oafp`: reads data of one format, chooses a part of it and writes it in another. */
export const oafp: Builtin = {
  name: "ojob oafp",
  precedence: 340,
  shortcuts: [quiet("oafp", "__params")],
  typeArgs: { noLog: true },
  check: { __params: "isMap" },
  exec(args) {
    processData(args.__params);
  },
};
