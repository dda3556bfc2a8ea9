import { jobScope } from "../../base/job-scope.js";
import { Check } from "./sigil/check.js";
import { ObjectView } from "./sigil/object.js";

/** `_$` (checks of arguments), `$$` (paths into objects). */
export const check = (value?: unknown, name?: string): Check => new Check(value, name);
export const view = (value?: unknown): ObjectView => new ObjectView(value);

/** The same as `_$`, but asks for a missing value where there is a terminal, hidden when the name speaks of a secret. */
export function asking(value?: unknown, name?: string): Check {
  if (value !== undefined || typeof name !== "string" || jobScope.__i$interactive === false) return check(value, name);
  const ask = /secret|pass/i.test(name) ? jobScope.askEncrypt : jobScope.ask;
  const answer = ask(`${name}: `);
  return check(answer === "" ? undefined : answer, name);
}
