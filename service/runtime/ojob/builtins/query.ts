import { jobScope } from "../../base/job-scope.js";
import { sql } from "../../features/sql/sql.js";
import { setPath } from "../../lib/maps/sigil/paths.js";
import { $get, $set } from "../../lib/maps/store.js";
import { parseQuery } from "../../lib/query/nlinq/parse.js";
import type { Builtin } from "./builtin.js";
import { selected, withoutOwnArgs } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob query`: what a path, a select or a chain of list operations finds, in the place of what was looked into. */
export const query: Builtin = {
  name: "ojob query",
  precedence: 90,
  shortcuts: [quiet("query", "__query", own("type from to toKey key"))],
  typeArgs: { noLog: true },
  exec(args) {
    const from = args.__from ?? args.from;
    const key = args.__key ?? args.key ?? "res";
    const asked = args.__query ?? {};
    const source = selected(key === "args" ? args : $get(key), from);
    const found = ask(source, asked, args.__type);
    if (args.__toKey !== undefined) $set(args.__toKey, found);
    else if (key === "args") setPath(args, args.__to ?? from, found);
    else $set(key, found);
    return withoutOwnArgs(args);
  },
};

function ask(source: any, query: any, type: unknown): any {
  if (type === "path") return selected(source, query);
  if (type === "sql") return sql(source, query);
  return jobScope.$from(source).query(typeof query === "string" ? parseQuery(query) : query);
}
