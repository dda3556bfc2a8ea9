import type { Steps } from "../../base/scheduler.js";
import { readText, writeText } from "../../lib/files/text.js";
import { setPath } from "../../lib/maps/sigil/paths.js";
import { $set } from "../../lib/maps/store.js";
import { templify } from "../../lib/template/template.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { keyed, readData } from "./shared.js";
import { logged, own, same } from "./shortcut.js";

/** `ojob template`: fills a template with data. */
export const template: Builtin = {
  name: "ojob template",
  precedence: 160,
  shortcuts: [
    logged("template", "template", own("key tpath dpath outPath out", same("templateFile data dataFile outputFile"))),
  ],
  check: {
    __key: 'isString.default("res")',
    __tpath: 'isString.default("@")',
    __dpath: 'isString.default("@")',
    __out: 'isString.default("res")',
    __outPath: 'isString.default("")',
    templateFile: "isString.default(__)",
    dataFile: "isString.default(__)",
    outputFile: "isString.default(__)",
  },
  *exec(args, _job, _id, engine): Steps<void> {
    const data = dataOf(args);
    const text = templateOf(args);
    if (args.logJob !== undefined) yield* engine.runJob(args.logJob, args);
    keep(args, templify(text, data ?? {}));
  },
};

/** The data of a template: of a file, as given, or of the args or a key. */
export function dataOf(args: AnyMap): any {
  if (args.dataFile !== undefined) return readData(args.dataFile);
  return args.data === undefined ? keyed(args, args.__key, args.__dpath) : args.data;
}

function templateOf(args: AnyMap): any {
  if (args.templateFile !== undefined) return readText(args.templateFile);
  return args.template === undefined ? keyed(args, args.__key, args.__tpath) : args.template;
}

function keep(args: AnyMap, text: string): void {
  const { outputFile, __out: key, __outPath: at } = args;
  if (outputFile !== undefined) writeText(outputFile, text);
  else if (key !== "args") {
    const made: AnyMap = {};
    if (at !== "") setPath(made, at, text);
    made.output = text;
    $set(key, made);
  } else if (at !== "") setPath(args, at, text);
  else args.output = text;
}
