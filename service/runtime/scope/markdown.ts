import { withMD } from "../lib/terminal/markdown.js";

export const scope = {
  "ow.format.withMD": withMD,
};
