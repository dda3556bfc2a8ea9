import { isInteger } from "../../base/values/types.js";
import { formatted, Whole } from "../text/formatter.js";

/** `$f` and `$ft`: texts by the patterns of java.util.Formatter. */

/** Numbers are decimals: `%d` refuses them. @throws JavaException */
export const $f = (pattern: unknown, ...values: unknown[]): string => formatted(String(pattern), values);

/** Whole numbers are integers, so `%d`, `%x` and `%c` work. @throws JavaException */
export const $ft = (pattern: unknown, ...values: unknown[]): string =>
  formatted(
    String(pattern),
    values.map((value) => (isInteger(value) ? new Whole(value as number) : value)),
  );
