import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { fromSlon } from "../../lib/data/slon.js";
import { getPath, setPath } from "../../lib/maps/sigil/paths.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { own, quiet } from "./shortcut.js";

/** Questions to the user of a terminal. */

/** `ojob questions`: asks a list of questions, each answer going to the arg it names. */
export const questions: Builtin = {
  name: "ojob questions",
  precedence: 330,
  shortcuts: [quiet("questions", "__questions")],
  typeArgs: { noLog: true },
  check: { __questions: "isArray" },
  exec(args) {
    needTerminal("ojob questions", `the args ${args.__questions.map((one: any) => `'${one?.name}'`).join(", ")}`);
    for (const { name, answer } of jobScope.askStruct(args.__questions))
      if (name !== undefined) setPath(args, name, answer);
  },
};

/** `ojob ask`: asks for the args that are not there yet. */
export const ask: Builtin = {
  name: "ojob ask",
  precedence: 320,
  shortcuts: [quiet("ask", "__answers", own("question force"))],
  typeArgs: { noLog: true },
  check: {
    __question: "isString.default(__)",
    __answers: "isMap.default({})",
    __force: "toBoolean.isBoolean.default(false)",
  },
  exec(args) {
    for (const [path, kind] of kindsOf(args.__answers)) {
      if (!args.__force && getPath(args, path) !== undefined) continue;
      needTerminal("ojob ask", `the arg '${path}'`);
      setPath(args, path, answerTo(questionFor(args.__question, path), kind));
    }
  },
};

/** Path of each arg and the kind of answer it takes. */
function kindsOf(answers: AnyMap, prefix = ""): [path: string, kind: string][] {
  return Object.entries(answers).flatMap(([name, kind]): [string, string][] => {
    if (isMap(kind)) return kindsOf(kind, `${prefix}${name}.`);
    return typeof kind === "string" ? [[prefix + name, kind]] : [];
  });
}

/** @throws text that says what to do without a terminal */
function needTerminal(job: string, what: string): void {
  if (!world.host.process.isTerminal())
    throw `${job}: there is no terminal to ask for ${what}; give a value in the args`;
}

function questionFor(question: string | undefined, path: string): string {
  if (question === undefined) return `args.${path} value: `;
  const line = question.replaceAll("\n", "");
  return line.endsWith(" ") ? line : `${line} `;
}

/** @param kind `type.options.size`, e.g. `char.['y'|'n']` */
function answerTo(question: string, kind: string): unknown {
  const [type, written = "", size] = kind.split(".") as [string, string?, string?];
  const read = /^\[.*\]$/.test(written) ? fromSlon(written) : [];
  const options: any[] = Array.isArray(read) ? read : [read];
  const shown = size === undefined ? undefined : Number(size);
  switch (type.toLowerCase()) {
    case "encrypt":
    case "password":
      return jobScope.askEncrypt(question);
    case "char":
      return jobScope.ask1(question, options.length === 0 ? undefined : options.join(""));
    case "option":
    case "list":
      return options[jobScope.askChoose(question, options, shown)];
    case "moption":
      return jobScope.askChooseMultiple(question, options, shown);
    default:
      return jobScope.ask(question);
  }
}
