import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { readText, writeText } from "../../lib/files/text.js";
import { check } from "../../lib/maps/sigil.js";
import type { Builtin } from "./builtin.js";
import { keyed } from "./shared.js";
import { own, quiet, same } from "./shortcut.js";

/** `ojob find/replace`: replaces texts in a text or a file. */
export const findReplace: Builtin = {
  name: "ojob find/replace",
  precedence: 290,
  shortcuts: [
    quiet(
      "findReplace",
      "__key",
      own("path", same("inputKey inputPath inputFile outputFile useRegExp flagsRegExp logJob")),
    ),
  ],
  typeArgs: { noLog: true },
  check: {
    __key: 'default("res")',
    __path: 'isString.default("@")',
    inputKey: "isString.default(__)",
    inputPath: "isString.default(__)",
    inputFile: "isString.default(__)",
    outputFile: "isString.default(__)",
    useRegExp: "toBoolean.isBoolean.default(false)",
    flagsRegExp: 'isString.default("g")',
    logJob: "default(__)",
  },
  *exec(args, _job, _id, engine): Steps<void> {
    const given = isMap(args.__key) ? args.__key : keyed(args, args.__key, args.__path);
    const replacements = check(given, "__key data").isMap().$_();
    if (args.inputKey === undefined && args.inputFile === undefined) throw "Need args inputKey or inputFile";

    args.__op = "read";
    if (args.logJob !== undefined) yield* engine.runJob(args.logJob, args);
    let content: string =
      args.inputKey === undefined ? readText(args.inputFile) : keyed(args, args.inputKey, args.inputPath);
    for (const key of Object.keys(replacements))
      content = content.replace(
        args.useRegExp ? new RegExp(key, args.flagsRegExp) : new RegExp(literal(key), "g"),
        replacements[key],
      );

    args.__op = "write";
    if (args.logJob !== undefined) yield* engine.runJob(args.logJob, args);
    if (args.outputFile !== undefined) writeText(args.outputFile, content);
    else args.output = content;
  },
};

/** A pattern that matches `text` itself. */
function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
