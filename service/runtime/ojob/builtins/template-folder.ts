import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { mkdir } from "../../lib/files/folders.js";
import { listRecursive } from "../../lib/files/info.js";
import { merge } from "../../lib/maps/merge.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { readData, selected } from "./shared.js";
import { logged, own, same } from "./shortcut.js";
import { dataOf } from "./template.js";

/** `ojob template folder`: fills all files of a folder, or what its files describe. */
export const templateFolder: Builtin = {
  name: "ojob template folder",
  precedence: 170,
  shortcuts: [
    logged(
      "templateFolder",
      "templateFolder",
      own("templatePath key dpath", same("data dataFile outputFolder logJob metaTemplate")),
    ),
  ],
  check: {
    templateFolder: "isString",
    __templatePath: 'isString.default("@")',
    outputFolder: "isString",
    dataFile: "isString.default(__)",
    __key: 'isString.default("res")',
    __dpath: 'isString.default("@")',
    logJob: "isString.default(__)",
    metaTemplate: "toBoolean.isBoolean.default(false)",
  },
  *exec(args, _job, _id, engine): Steps<void> {
    const data = dataOf(args);
    const files = selected(listRecursive(args.templateFolder), args.__templatePath);
    const works = files.flatMap((file: any) => worksOf(args, file, data));
    mkdir(args.outputFolder);
    yield* engine.runJob("ojob template", works);
  },
};

/** Args of `ojob template` for a file of the folder. */
function worksOf(args: AnyMap, { filename, filepath }: AnyMap, data: any): AnyMap[] {
  const { templateFolder: from, outputFolder: to, logJob } = args;
  const outputFile = filepath.startsWith(from) ? to + filepath.slice(from.length) : filepath;
  const work: AnyMap = { outputFile, data };
  if (logJob !== undefined) work.logJob = logJob;
  if (!args.metaTemplate || !/\.(ya?ml|json)$/i.test(filename)) return [{ templateFile: filepath, ...work }];
  const described = readData(filepath);
  const list: any[] = Array.isArray(described) ? described : isMap(described) ? [described] : [];
  return list.map((one) => {
    const target = one.outputFile;
    const isRelative = target !== undefined && !target.startsWith("/");
    return merge(work, isRelative ? { ...one, outputFile: `${to}/${target}` } : one);
  });
}
