import { jobScope } from "../../base/job-scope.js";
import { type AnyMap, isString } from "../../base/values/types.js";
import { getPath } from "../../lib/maps/sigil/paths.js";
import { Query } from "../../lib/query/nlinq/query.js";
import { parseSelect } from "./parse.js";
import { queryOf } from "./to-query.js";

/** `$sql` over lists and maps of maps. */

/**
 * The rows a `select` over plain columns gives. Texts compare ignoring case.
 * @throws Error for what needs a database: grouping, functions, joins
 */
export function sql(data?: any, text?: string, method?: string): any {
  if (data === undefined || !isString(text))
    throw new Error("$sql without data and a select is not available in the embedded engine");
  const select = parseSelect(text.trim());
  const chosen = method ?? jobScope.__flags?.SQL_QUERY_METHOD ?? "auto";
  if (chosen === "h2" || select.beyond !== undefined) {
    const what = select.beyond ?? "the method h2";
    throw new Error(
      `$sql with ${what} needs a database, which is not available in the embedded engine: use $from or $path`,
    );
  }
  const query = queryOf(select);
  return new Query(query.from === undefined ? data : getPath(data, query.from)).query(query);
}

/** The description `$from().query()` takes. */
export const fromSQL2NLinq = (text: string): AnyMap => queryOf(parseSelect(text));
