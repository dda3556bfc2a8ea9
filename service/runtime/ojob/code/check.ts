import type { AnyMap } from "../model/shapes.js";

/** Rules a chain may have; others are ignored. */
const rules = new Set(
  (
    "$_ default isNumber isTNumber isString isBoolean isArray isMap isObject isDate isRegExp isFunction isJavaObject isUUID " +
    "isNotNull isByteArray isSchema toNumber toString toBoolean toArray toMap toDate oneOf anyOf equals notEquals less lessEquals " +
    "greater greaterEquals between betweenEquals empty notEmpty contains notContains ends notEnds starts notStarts regexp " +
    "javaRegexp check expr or"
  ).split(" "),
);

/**
 * Code that checks, converts and completes args by `check` (path → chain of rules), one statement a path on one line.
 * @param name of the job, for the messages
 */
export function checkCode(name: string, check: AnyMap | undefined): string {
  if (check === undefined || check === null) return "";
  return Object.keys(check)
    .map((path) => {
      const at = JSON.stringify(path);
      const title = JSON.stringify(`Job (${name}), args [${path}]`);
      return `__ojob.set(args, ${at}, _$(__ojob.at(args, ${at}), ${title})${chainCode(check[path])});`;
    })
    .join(" ");
}

function chainCode(chain: unknown): string {
  let code = "";
  let hasDefault = false;
  for (const { name, rule } of rulesOf(chain)) {
    if (name === "default") hasDefault = true;
    if (rules.has(name)) code += `.${rule}`;
  }
  return hasDefault ? code : `${code}.$_()`;
}

/** Rules of a chain that nobody knows: they are ignored. */
export function unknownRules(chain: unknown): string[] {
  return rulesOf(chain)
    .map(({ name }) => name)
    .filter((name) => !rules.has(name));
}

/** Names of the rules there are. */
export const ruleNames = (): string[] => [...rules];

function rulesOf(chain: unknown): { name: string; rule: string }[] {
  return splitChain(typeof chain === "string" ? chain : "").map((written) => {
    const rule = written.includes("(") ? written : `${written}()`;
    return { name: rule.slice(0, rule.indexOf("(")), rule };
  });
}

/** Splits at the dots outside of parentheses and quotes. */
function splitChain(chain: string): string[] {
  const parts: string[] = [];
  let part = "";
  let quote: string | undefined;
  let depth = 0;
  for (const char of chain) {
    if (quote === undefined && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = undefined;
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (depth <= 0 && quote === undefined && char === ".") {
      parts.push(part.trim());
      part = "";
    } else part += char;
  }
  if (part.trim() !== "") parts.push(part.trim());
  return parts;
}
