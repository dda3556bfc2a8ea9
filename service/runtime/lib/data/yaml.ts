import yaml from "js-yaml";
import { jobScope } from "../../base/job-scope.js";
import { colourYaml } from "../text/colour-yaml.js";
import { yamlSchema } from "../text/yaml-schema.js";

/** YAML text to values and back (`af.toYAML`, `af.fromYAML`, `af.toKYAML`). */

/**
 * @param value anything YAML can hold
 * @param multi an array becomes one document an entry
 * @throws Error for functions and other values YAML has no form for
 */
export function toYaml(value: unknown, multi = false): string {
  const flags = jobScope.__flags?.YAML ?? {};
  const options = {
    indent: flags.indent ?? 2,
    noArrayIndent: !(flags.arrayIndent ?? false),
    lineWidth: flags.lineWidth ?? -1,
    // Decides which texts would be read as something else, and need quotes.
    schema: yamlSchema,
  };
  if (multi && Array.isArray(value)) return value.map((entry) => yaml.dump(entry, options)).join("\n---\n\n");
  return yaml.dump(value, options);
}

/**
 * One document gives its value, several (or none) an array.
 * @throws YAMLException with line and column when the text is broken
 */
export function fromYaml(text: unknown): any {
  const documents = yaml.loadAll(String(text), undefined, { schema: yamlSchema });
  return documents.length === 1 ? documents[0] : documents;
}

export const toYAML = (value: unknown, multi?: boolean, _sanitize?: boolean, colour?: boolean) =>
  colour ? colourYaml(toYaml(value, multi)) : toYaml(value, multi);

export const fromYAML = (text: unknown) => fromYaml(text);

export const loadJSYAML = () => {
  jobScope.jsyaml = yaml;
};
