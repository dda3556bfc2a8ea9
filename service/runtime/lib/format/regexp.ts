import { JavaException } from "../../base/values/errors.js";
import { isNumber } from "../../base/values/types.js";
import { javaPattern, javaReplacement } from "../text/java-pattern.js";

/** `javaRegExp(text)`: a text to match, split and replace in, with expressions given as text. */

/** Numbers are the flags of java.util.regex.Pattern. */
function modifiersOf(modifiers: unknown): string {
  if (modifiers === undefined) return "";
  if (!isNumber(modifiers)) return String(modifiers);
  return (Number(modifiers) & 2 ? "i" : "") + (Number(modifiers) & 8 ? "m" : "");
}

export function javaRegExp(given: unknown): any {
  const text = String(given);
  const all = (expression: string, modifiers?: unknown) => [
    ...text.matchAll(javaPattern(String(expression), modifiersOf(modifiers), "g")),
  ];
  const replaced = (matches: RegExpMatchArray[], replacement: unknown): string => {
    const write = javaReplacement(String(replacement));
    let out = "";
    let at = 0;
    for (const match of matches) {
      out += text.slice(at, match.index) + write(match);
      at = match.index! + match[0].length;
    }
    return out + text.slice(at);
  };
  const isGlobal = (modifiers: unknown) => modifiersOf(modifiers).includes("g");

  return {
    match(expression: string, modifiers?: unknown): string[] {
      const found = all(expression, modifiers).map((match) => match[0]);
      if (isGlobal(modifiers)) return found;
      if (found.length === 0) throw new JavaException("java.lang.IllegalStateException", "No match found");
      return found.slice(0, 1);
    },
    matchAll: (expression: string, modifiers?: unknown) => all(expression, modifiers).map((match) => match[0]),
    replace(expression: string, replacement: unknown, modifiers?: unknown): string {
      const matches = all(expression, modifiers);
      return replaced(isGlobal(modifiers) ? matches : matches.slice(0, 1), replacement);
    },
    replaceAll: (expression: string, replacement: unknown, modifiers?: unknown) =>
      replaced(all(expression, modifiers), replacement),
    /** Without empty texts at the end; a match of no width at the start splits nothing off. */
    split(expression: string, modifiers?: unknown): string[] {
      const parts: string[] = [];
      let at = 0;
      for (const match of all(expression, modifiers)) {
        const end = match.index! + match[0].length;
        if (end === 0 || (match[0] === "" && match.index === text.length)) continue;
        parts.push(text.slice(at, match.index));
        at = end;
      }
      parts.push(text.slice(at));
      while (parts.length > 1 && parts[parts.length - 1] === "") parts.pop();
      return parts;
    },
    test: (expression: string, modifiers?: unknown) =>
      javaPattern(String(expression), modifiersOf(modifiers)).test(text),
    preCompile: (expression: string, modifiers?: unknown) => expression + String(modifiers),
    removePreCompiled: (expression: string, modifiers?: unknown) => expression + String(modifiers),
  };
}
