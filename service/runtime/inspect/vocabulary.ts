import { builtins } from "rojob:builtins";
import { ruleNames } from "../ojob/code/check.js";
import { commandLangs } from "../ojob/langs/commands.js";
import type { Vocabulary } from "./queries.js";

/** Languages whose code the engine runs by itself or by a program of its own choice. */
const plain = {
  oaf: "",
  js: "",
  javascript: "",
  shell: "/bin/sh",
  sh: "/bin/sh",
  python: "python3",
  ssh: "ssh",
  winssh: "ssh",
};

/** The words of the language that this engine knows. */
export function vocabulary(): Vocabulary {
  const shortcuts: Vocabulary["shortcuts"] = {};
  for (const { name: job, shortcuts: own } of builtins)
    for (const { name, keyArg, args } of own ?? []) shortcuts[name] ??= { job, keyArg, args: { ...args } };
  const commands = Object.entries(commandLangs).map(([lang, made]) => [lang, made!.shell.split(" ")[0]!] as const);
  return {
    jobs: builtins.map(({ name }) => name),
    shortcuts,
    languages: { ...plain, ...Object.fromEntries(commands) },
    rules: ruleNames(),
  };
}
