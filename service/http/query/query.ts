import { ServiceError } from "../../base/errors.js";

const FILE = "query";

/**
 * The arguments in the query of a request target. Values are strings; the first one counts if a name is repeated; `+` is a space.
 * @throws ServiceError `bad_query`, `forbidden_key`
 */
export function queryArguments(target: string): Record<string, string> {
  const args: Record<string, string> = {};
  const start = target.indexOf("?");
  if (start < 0 || start === target.length - 1) return args;
  for (const part of target.slice(start + 1).split("&")) {
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    if (name === "" || Object.hasOwn(args, name)) continue;
    if (name === "__proto__") throw new ServiceError("forbidden_key", { file: FILE, key: name, pointer: "/__proto__" });
    args[name] = equals < 0 ? "" : decode(part.slice(equals + 1));
  }
  return args;
}

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new ServiceError("bad_query", { text }, { cause });
  }
}
