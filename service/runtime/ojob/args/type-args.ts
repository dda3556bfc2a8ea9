import { jobScope } from "../../base/job-scope.js";

/** The value of a setting that may be written as an expression: evaluated, or the text itself when that throws. */
export function typeArgValue(value: any): any {
  if (typeof value !== "string") return value;
  try {
    return (jobScope.eval as typeof eval)(value);
  } catch {
    return value; // not an expression: the text is meant
  }
}
