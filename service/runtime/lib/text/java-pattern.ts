import { JavaException } from "../../base/values/errors.js";

/** Regular expressions as java.util.regex writes them, run by the language's own. */

const posixClasses: Record<string, string> = {
  Alpha: "A-Za-z",
  Digit: "0-9",
  Alnum: "A-Za-z0-9",
  Upper: "A-Z",
  Lower: "a-z",
  Space: "\\s",
  XDigit: "0-9A-Fa-f",
  Punct: "!-\\/:-@\\[-`{-~",
  Blank: " \\t",
};

/**
 * @param modifiers `i` ignores the case, `m` lets `^` and `$` match at lines; others mean nothing here
 * @throws JavaException when the expression is broken
 */
export function javaPattern(expression: string, modifiers = "", flags = ""): RegExp {
  let source = expression;
  let extra = [...modifiers].filter((flag) => "im".includes(flag)).join("");
  const inline = /^\(\?([imsx]+)\)/.exec(source);
  if (inline !== null) {
    source = source.slice(inline[0].length);
    extra += [...inline[1]!].filter((flag) => "ims".includes(flag)).join("");
  }
  source = source
    .replace(/\\p\{(\w+)\}/g, (whole, name: string) =>
      posixClasses[name] === undefined ? whole : `[${posixClasses[name]}]`,
    )
    .replace(/\\Q([\s\S]*?)(?:\\E|$)/g, (_whole, literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .replace(/\\A/g, "^")
    .replace(/\\[zZ]/g, "$")
    .replace(/([+*?}])\+/g, "$1");
  const all = [...new Set(extra + flags)].join("");
  try {
    return new RegExp(source, /\\p\{/.test(source) ? `${all}u` : all);
  } catch (error) {
    throw new JavaException("java.util.regex.PatternSyntaxException", (error as Error).message);
  }
}

/** Replacement texts: `$1`, `${name}`, and a backslash takes the meaning off the next sign. */
export function javaReplacement(replacement: string): (match: RegExpMatchArray) => string {
  return (match) =>
    replacement.replace(/\\([\s\S])|\$\{(\w+)\}|\$(\d)/g, (_whole, literal, name, group) => {
      if (literal !== undefined) return literal;
      if (name !== undefined) return match.groups?.[name] ?? "";
      if (Number(group) >= match.length)
        throw new JavaException("java.lang.IndexOutOfBoundsException", `No group ${group}`);
      return match[Number(group)] ?? "";
    });
}
