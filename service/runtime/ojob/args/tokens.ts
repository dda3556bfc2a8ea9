import { jobScope } from "../../base/job-scope.js";
import { valueAt } from "./paths.js";
import { eachText } from "./traverse.js";

/**
 * Resolves `${key}` and `${key:-default}` in all texts of `args`, in place, and returns it. A text that is one token
 * keeps the type of the value; a backslash before `${` protects it.
 */
export function resolveTokens(args: any): any {
  if (typeof args !== "object" || args === null) return args;
  eachText(args, (key, text, owner) => {
    if (text.length <= 3 || !text.includes("${")) return;
    const whole = /^\$\{([^}]+)\}$/.exec(text);
    if (whole !== null) {
      const found = lookUp(whole[1]!, key, text, args);
      if (!found.isSelf) owner[key] = found.value;
    } else owner[key] = inText(text, key, args);
  });
  return args;
}

function inText(text: string, key: string, args: any): string {
  const resolved = text.replace(/\$\{([^}]+)\}/g, (token, expression: string, at: number) => {
    if (isEscaped(text, at)) return token;
    const found = lookUp(expression, key, text, args);
    if (found.isSelf) return token;
    return found.value === undefined || found.value === null ? "" : String(found.value);
  });
  return resolved.replace(/(\\+)(\$\{[^}]+\})/g, (all, slashes: string, token: string) =>
    slashes.length % 2 === 1 ? slashes.slice(1) + token : all,
  );
}

function lookUp(expression: string, key: string, text: string, args: any): { isSelf: boolean; value?: any } {
  const at = expression.indexOf(":-");
  const path = at < 0 ? expression : expression.slice(0, at);
  if (path === key) {
    jobScope.logWarn(`oJob: argument '${key}' can't be used as default value for itself (${text})`);
    return { isSelf: true };
  }
  const value = valueAt(args, path);
  return { isSelf: false, value: value === undefined && at >= 0 ? expression.slice(at + 2) : value };
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}
