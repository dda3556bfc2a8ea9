/**
 * The table of the built-in jobs, in the order in which their shortcuts are looked for. An entry names what the loader
 * has to know; the job itself is loaded when it is used.
 */
import type { BuiltinEntry } from "./builtin.js";
import { pass } from "./pass.js";
import { set } from "./set.js";
import { setState } from "./set-state.js";

export const builtins: BuiltinEntry[] = [
  {
    name: "ojob pass",
    shortcuts: [
      { name: "pass", keyArg: "__args", args: { debug: "__debug", templateArgs: "__templateArgs" }, noLog: true },
    ],
    load: () => pass,
  },
  {
    name: "ojob set state",
    shortcuts: [{ name: "state", keyArg: "__state", noLog: true }],
    load: () => setState,
  },
  {
    name: "ojob set",
    shortcuts: [{ name: "set", keyArg: "__key", args: { path: "__path" }, noLog: true }],
    load: () => set,
  },
];
