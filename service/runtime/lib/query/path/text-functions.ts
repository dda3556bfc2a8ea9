import { globals } from "../../../base/world.js";
import { splitBySepWithEnc } from "../../maps/split.js";
import { pathFunction as fn, type PathFunction } from "./signature.js";

const lib = globals;

/** Functions on text and of the text formats that OpenAF adds to JMESPath. */
export const textFunctions: Record<string, PathFunction> = {
  concat: fn("string|array string|array", (a: any, b: any) => a.concat(b)),
  index_of: fn("string string", (text: string, part: string) => text.indexOf(part)),
  last_index_of: fn("string string", (text: string, part: string) => text.lastIndexOf(part)),
  lower_case: fn("string", (text: string) => text.toLowerCase()),
  upper_case: fn("string", (text: string) => text.toUpperCase()),
  trim: fn("string", (text: string) => text.trim()),
  match: fn("string string string", (text: string, re: string, flags: string) => new RegExp(re, flags).test(text)),
  replace: fn("string string string string", (text: string, re: string, flags: string, to: string) =>
    text.replace(new RegExp(re, flags), to),
  ),
  split: fn("string string", (text: string, separator: string) => text.split(separator)),
  split_re: fn("string string", (text: string, re: string) => text.split(new RegExp(re))),
  split_sep: fn("string string array", (text: string, separator: string, enclosures: any[]) =>
    splitBySepWithEnc(text, separator, enclosures, false),
  ),
  substring: fn("string number number", (text: string, from: number, to: number) => text.substring(from, to)),

  format: fn("string|number string", (value: any, pattern: string) => lib.$ft(pattern, value)),
  formatn: fn("string|number string", (value: any, pattern: string) => lib.$f(pattern, value)),
  template: fn("any string", (data: any, text: string) => lib.templify(text, data)),
  t: fn("any string", (data: any, text: string) => lib.templify(text, data)),
  templateF: fn("any string", templateWithFormats),
  tF: fn("any string", templateWithFormats),
  progress: fn("number null|number null|number null|number null|string null|string", (value: number, ...rest: any[]) =>
    lib.ow.format.string.progress(value, ...rest.map((option) => (option === null ? undefined : option))),
  ),
  sql_format: fn("string string", (sql: string, options: string) =>
    lib.ow.format.sqlFormat(sql, lib.af.fromJSSLON(options)),
  ),

  from_base64: fn("string", (text: string) => lib.ow.format.fromBase64(text)),
  to_base64: fn("string", (text: string) => lib.ow.format.toBase64(text)),
  from_csv: fn("string string", (text: string, options: string) =>
    lib.$csv(lib.af.fromJSSLON(options)).fromInString(text).toOutArray(),
  ),
  to_csv: fn("array string", (rows: any[], options: string) => lib.$csv(lib.af.fromJSSLON(options)).fromInArray(rows)),
  from_json: fn("string", (text: string) => lib.jsonParse(text, undefined, undefined, true)),
  to_json: fn("any string", (value: any, indent: string) => lib.stringify(value, undefined, indent)),
  from_kyaml: fn("string", (text: string) => lib.jsonParse(text, undefined, undefined, true)),
  to_kyaml: fn("any boolean boolean", (value: any, multi: boolean, perLine: boolean) =>
    lib.af.toKYAML(value, multi, undefined, perLine),
  ),
  from_slon: fn("string", (text: string) => lib.af.fromSLON(text)),
  to_slon: fn("any", (value: any) => lib.af.toSLON(value)),
  from_toml: fn("string", (text: string) => lib.af.fromTOML(text)),
  to_toml: fn("any", (value: any) => lib.af.toTOML(value)),
  from_toon: fn("string", (text: string) => lib.af.fromTOON(text)),
  to_toon: fn("any", (value: any) => lib.af.toTOON(value)),
  from_xml: fn("string", (text: string) => lib.af.fromXML2Obj(text)),
  to_xml: fn("any", (value: any) => lib.af.fromObj2XML(value)),
  from_yaml: fn("string", (text: string) => lib.af.fromYAML(text)),
  to_yaml: fn("any boolean", (value: any, multi: boolean) => lib.af.toYAML(value, multi)),
};

function templateWithFormats(data: any, text: string): string {
  lib.ow.loadTemplate();
  lib.ow.template.addConditionalHelpers();
  lib.ow.template.addFormatHelpers();
  return lib.templify(text, data);
}
