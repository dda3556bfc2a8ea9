import { objOrStr } from "../lib/maps/sigil/paths.js";
import { asking, check, view } from "../lib/maps/sigil.js";

export const scope = {
  _i$: asking,
  _$: check,
  $$: view,
  objOrStr,
};
