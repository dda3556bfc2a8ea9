import { jobScope } from "../../base/job-scope.js";
import { setPath } from "../../lib/maps/sigil/paths.js";
import { $set } from "../../lib/maps/store.js";
import type { Builtin } from "./builtin.js";
import { readData, selected, withoutOwnArgs } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob file get`: the content of a YAML or JSON file, or a part of it, into args or under a key. */
export const fileGet: Builtin = {
  name: "ojob file get",
  precedence: 270,
  shortcuts: [quiet("fileget", "__file", own("path cache ttl out key"))],
  typeArgs: { noLog: true },
  check: {
    __file: "isString",
    __path: 'isString.default("@")',
    __cache: "toBoolean.isBoolean.default(true)",
    __ttl: "isNumber.default(__)",
    __out: "isString.default(__)",
    __key: 'isString.default("res")',
  },
  exec(args) {
    const content = args.__cache ? cached(args.__file, args.__ttl) : read(args.__file);
    const found = selected(content, args.__path);
    if (args.__out !== undefined) setPath(args, args.__out, found);
    else $set(args.__key, found);
    return withoutOwnArgs(args);
  },
};

function cached(file: string, ttlMs: number | undefined): any {
  // A cache keeps the time it was made with: each time has one of its own.
  const cache =
    ttlMs === undefined ? jobScope.$cache("__ojob_file_get") : jobScope.$cache(`__ojob_file_get ${ttlMs}`).ttl(ttlMs);
  return cache
    .fn((key: { file: string }) => read(key.file))
    .create()
    .get({ file });
}

function read(file: string): any {
  return /\.(json|ya?ml)$/.test(file) ? readData(file) : { error: "Not an yaml, yml or json file." };
}
