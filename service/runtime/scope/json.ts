import { __JSONformat, beautifier, fromJson, jsonParse, parseJson, stringify } from "../lib/data/json.js";

export const scope = {
  stringify,
  jsonParse,
  beautifier,
  "af.js2s": beautifier,
  "af.jsonParse": parseJson,
  "af.fromJson": fromJson,
  __JSONformat,
};
