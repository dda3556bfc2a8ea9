/** The YAML of job files: the same as that of `af.fromYAML`. */
export { yamlSchema as jobSchema } from "../runtime/text/yaml-schema.js";
