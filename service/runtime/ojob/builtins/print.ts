import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import { clone } from "../../lib/maps/merge.js";
import { templify } from "../../lib/template/template.js";
import { withMD } from "../../lib/terminal/markdown.js";
import { printErr, print as printLine } from "../../lib/terminal/print.js";
import type { Builtin } from "./builtin.js";
import { keyed, without, withoutOwnArgs } from "./shared.js";
import { own, quiet, same } from "./shortcut.js";

/** Lines of text and Markdown, filled as templates. */

/** `ojob print`. */
export const print: Builtin = {
  name: "ojob print",
  precedence: 210,
  shortcuts: [quiet("print", "msg", own("key path", same("level")))],
  typeArgs: { noLog: true },
  check: {
    __key: 'isString.default("res")',
    __path: 'isString.default("@")',
    msg: "isString",
    level: 'isString.oneOf(["info","error"]).default("info")',
  },
  exec(args) {
    const text = templify(args.msg, keyed(args, args.__key, args.__path) ?? {});
    if (args.level === "info") printLine(text);
    if (args.level === "error") printErr(text);
  },
};

/** `ojob log`. */
export const log: Builtin = {
  name: "ojob log",
  precedence: 190,
  shortcuts: [quiet("log", "msg", own("key path", same("level options")))],
  typeArgs: { noLog: true },
  check: {
    __key: 'isString.default("res")',
    __path: 'isString.default("@")',
    msg: "isString",
    level: 'isString.oneOf(["info","warn","error"]).default("info")',
    options: "isMap.default({})",
  },
  exec(args) {
    const text = templify(args.msg, keyed(args, args.__key, args.__path) ?? {});
    if (args.level === "info") jobScope.log(text, args.options);
    if (args.level === "warn") jobScope.logWarn(text, args.options);
    if (args.level === "error") jobScope.logErr(text, args.options);
  },
};

/** `ojob print md`. */
export const printMd: Builtin = {
  name: "ojob print md",
  precedence: 200,
  shortcuts: [quiet("printmd", "__text", own("outputMD"))],
  typeArgs: { noLog: true },
  check: { __text: "isString", __outputMD: "toBoolean.isBoolean.default(false)" },
  exec(args) {
    const text = templify(args.__text, without(clone(args), "__text"));
    world.host.output.write(1, args.__outputMD ? text : withMD(text));
    return withoutOwnArgs(args);
  },
};
