import { fromYAML, loadJSYAML, toYAML } from "../lib/data/yaml.js";
import { toKyaml } from "../lib/text/kyaml.js";

export const scope = {
  "af.toYAML": toYAML,
  "af.fromYAML": fromYAML,
  "af.toKYAML": toKyaml,
  loadJSYAML,
};
