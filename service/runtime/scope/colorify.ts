import { colorify } from "../lib/terminal/colorify.js";

export const scope = {
  colorify,
};
