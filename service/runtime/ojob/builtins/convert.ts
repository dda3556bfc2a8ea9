import { jsonParse } from "../../lib/data/json.js";
import { fromSlon } from "../../lib/data/slon.js";
import { fromXml } from "../../lib/data/xml.js";
import { fromYaml } from "../../lib/data/yaml.js";
import { getPath, setPath } from "../../lib/maps/sigil/paths.js";
import type { Builtin } from "./builtin.js";
import { withoutOwnArgs } from "./shared.js";
import { logged, own } from "./shortcut.js";

const readers: Record<string, (text: string) => any> = {
  yaml: fromYaml,
  json: (text) => jsonParse(text, true),
  ndjson: (text) => text.split("\n").map((line) => jsonParse(line, true)),
  xml: (text) => fromXml(text),
  slon: fromSlon,
};

/** `ojob convert`: a text of args as the value it describes. */
export const convert: Builtin = {
  name: "ojob convert",
  precedence: 310,
  shortcuts: [logged("convert", "__inKey", own("inPath inFormat outPath outKey"))],
  check: {
    __inPath: 'isString.default("")',
    __inKey: 'isString.default("res")',
    __outPath: "isString.default(__)",
    __outKey: "isString.default(__)",
  },
  exec(args) {
    const read = Object.hasOwn(readers, args.__inFormat) ? readers[args.__inFormat] : undefined;
    if (read === undefined) throw "No inFormat provided.";
    // Whatever key is named, it is the args that are read and changed: that is what oJobs rely on.
    setPath(args, args.__outPath ?? args.__inPath, read(String(getPath(args, args.__inPath))));
    return withoutOwnArgs(args);
  },
};
