import { jobScope } from "../../base/job-scope.js";
import type { AnyMap } from "../model/shapes.js";

/** A comment like `# return a, b` in code of another language, and the code that gives those variables back. */
interface ReturnComment {
  pattern: RegExp;
  code(names: string[]): string;
}

const single = (names: string[], value: (name: string) => string): string =>
  `{${names.map((name) => `'${name}':${value(name)}`).join(",")}}`;

const shell: ReturnComment = {
  pattern: /\s*#\s+return (.+)[\s\n]*$/,
  code: (names) => `echo "${single(names, (name) => `'\${${name}}'`)}"`,
};

const known: Record<string, ReturnComment> = {
  shell,
  ssh: shell,
  perl: {
    pattern: /\s*#\s+return (.+)[\s\n]+/,
    code: (names) => `;print "${single(names, (name) => `\\"$${name}\\"`)}";`,
  },
};

/** `code` with its return comment replaced; unchanged when the language has none or the code has none. */
export function withReturn(code: string, lang: string, settings: AnyMap): string {
  const own = typeof settings.returnRE === "string" && typeof settings.returnFn === "string";
  const builtin = known[lang];
  if (!own && builtin === undefined) return code;
  const pattern = typeof settings.returnRE === "string" ? new RegExp(settings.returnRE) : builtin?.pattern;
  const found = pattern?.exec(code);
  if (!found || found[1] === undefined) return code;
  const made =
    typeof settings.returnFn === "string"
      ? (jobScope.eval as typeof eval)(`(_args => { ${settings.returnFn} })`)(found[1])
      : builtin?.code(found[1].split(",").map((name) => name.trim()));
  return `${code.slice(0, found.index)}\n${made}\n${code.slice(found.index + found[0].length)}`;
}
