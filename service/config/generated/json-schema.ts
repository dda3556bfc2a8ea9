import type { OptionSpec } from "../option-spec.js";
import { rangeWords } from "../parse-value.js";
import { SCHEDULES_SECTION } from "../schedules/fields.js";
import { type OptionName, optionNames, optionSpec } from "../schema.js";
import { DEPLOY_SECTION } from "../sources/config-file.js";
import { deploySchema } from "./deploy-schema.js";
import { defaultText, helpText } from "./help.js";
import { schedulesSchema } from "./schedules-schema.js";
import { typeOf } from "./type-schema.js";

/** JSON Schema (draft 2020-12) of the config file, for editors and validators. */
export function configFileSchema(): object {
  const properties: Record<string, object> = {};
  for (const name of optionNames) {
    const spec = optionSpec(name);
    if (!spec.notInFile) properties[name] = property(name, spec);
  }
  properties[SCHEDULES_SECTION] = schedulesSchema();
  properties[DEPLOY_SECTION] = deploySchema();
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "rojob config file",
    description: "Options of a rojob node. Arguments and environment variables of the same names take precedence.",
    type: "object",
    additionalProperties: false,
    properties,
  };
}

function property(name: OptionName, spec: OptionSpec): object {
  const isNumber = spec.type === "integer" || spec.type === "bytes";
  const notes = [
    helpText(name),
    isNumber && `Must be ${rangeWords(spec)}.`,
    defaultText(spec) !== "" && typeof spec.default === "function" && `Default: ${defaultText(spec)}.`,
  ];
  return {
    description: notes.filter((note) => note !== false).join(" "),
    ...typeOf(spec),
    ...(typeof spec.default === "function" || spec.default === undefined ? {} : { default: spec.default }),
  };
}
