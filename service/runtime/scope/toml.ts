import { fromToml, toToml } from "../lib/data/toml.js";

export const scope = {
  "af.fromTOML": fromToml,
  "af.toTOML": toToml,
};
