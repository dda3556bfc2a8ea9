import { jobScope } from "../../base/job-scope.js";
import { merge } from "../../lib/maps/merge.js";
import { $set } from "../../lib/maps/store.js";
import type { Builtin } from "./builtin.js";
import { keyed, withoutOwnArgs } from "./shared.js";
import { own, quiet } from "./shortcut.js";

/** `ojob get`: merges what is kept under a key, or a part of it, into args. */
export const get: Builtin = {
  name: "ojob get",
  precedence: 240,
  shortcuts: [quiet("get", "__key", own("path"))],
  check: { __key: 'isString.default("res")', __path: 'isString.default("@")' },
  exec(args) {
    const found = keyed(args, args.__key, args.__path);
    return withoutOwnArgs(merge(args, Array.isArray(found) ? { _list: found } : found));
  },
};

/** `ojob get pm`: merges the result map into args. */
export const getPm: Builtin = {
  name: "ojob get pm",
  args: { __key: "args" },
  check: { __key: 'isString.default("res")' },
  exec(args) {
    const found = jobScope.__pm._list ?? jobScope.__pm._map ?? jobScope.__pm;
    if (args.__key === "args") return withoutOwnArgs(merge(args, found));
    $set(args.__key, found);
    return withoutOwnArgs(args);
  },
};
