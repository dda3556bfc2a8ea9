import { syms, themes, withSideLine } from "../lib/text/side-line.js";

export const scope = {
  "ow.format.withSideLine": withSideLine,
  "ow.format.withSideLineThemes": themes,
  "ow.format.syms": syms,
};
