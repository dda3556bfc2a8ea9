import { jobScope } from "../../../base/job-scope.js";
import { base64, textOfBase64 } from "../../bytes/encodings.js";
import { $csv } from "../../data/csv.js";
import { jsonParse, stringify } from "../../data/json.js";
import { fromJsSlon, fromSlon, toSlon } from "../../data/slon.js";
import { fromToml, toToml } from "../../data/toml.js";
import { fromToon, toToon } from "../../data/toon.js";
import { fromXml, toXml } from "../../data/xml.js";
import { fromYaml, toYaml } from "../../data/yaml.js";
import { $f, $ft } from "../../format/printf.js";
import { bar } from "../../format/strings.js";
import { splitBySepWithEnc } from "../../maps/split.js";
import { toKyaml } from "../../text/kyaml.js";
import { pathFunction as fn, type PathFunction } from "./signature.js";

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

  format: fn("string|number string", (value: any, pattern: string) => $ft(pattern, value)),
  formatn: fn("string|number string", (value: any, pattern: string) => $f(pattern, value)),
  template: fn("any string", (data: any, text: string) => jobScope.templify(text, data)),
  t: fn("any string", (data: any, text: string) => jobScope.templify(text, data)),
  templateF: fn("any string", templateWithFormats),
  tF: fn("any string", templateWithFormats),
  progress: fn("number null|number null|number null|number null|string null|string", (value: number, ...rest: any[]) =>
    bar(value, ...rest.map((option) => (option === null ? undefined : option))),
  ),
  sql_format: fn("string string", (sql: string, options: string) =>
    jobScope.ow.format.sqlFormat(sql, fromJsSlon(options)),
  ),

  from_base64: fn("string", (text: string) => textOfBase64(text)),
  to_base64: fn("string", (text: string) => base64(text)),
  from_csv: fn("string string", (text: string, options: string) =>
    $csv(fromJsSlon(options)).fromInString(text).toOutArray(),
  ),
  to_csv: fn("array string", (rows: any[], options: string) => $csv(fromJsSlon(options)).fromInArray(rows)),
  from_json: fn("string", (text: string) => jsonParse(text, undefined, undefined, true)),
  to_json: fn("any string", (value: any, indent: string) => stringify(value, undefined, indent)),
  from_kyaml: fn("string", (text: string) => jsonParse(text, undefined, undefined, true)),
  to_kyaml: fn("any boolean boolean", (value: any, multi: boolean, perLine: boolean) =>
    toKyaml(value, multi, undefined, perLine),
  ),
  from_slon: fn("string", (text: string) => fromSlon(text)),
  to_slon: fn("any", (value: any) => toSlon(value)),
  from_toml: fn("string", (text: string) => fromToml(text)),
  to_toml: fn("any", (value: any) => toToml(value)),
  from_toon: fn("string", (text: string) => fromToon(text)),
  to_toon: fn("any", (value: any) => toToon(value)),
  from_xml: fn("string", (text: string) => fromXml(text)),
  to_xml: fn("any", (value: any) => toXml(value)),
  from_yaml: fn("string", (text: string) => fromYaml(text)),
  to_yaml: fn("any boolean", (value: any, multi: boolean) => toYaml(value, multi)),
};

function templateWithFormats(data: any, text: string): string {
  jobScope.ow.loadTemplate();
  jobScope.ow.template.addConditionalHelpers();
  jobScope.ow.template.addFormatHelpers();
  return jobScope.templify(text, data);
}
