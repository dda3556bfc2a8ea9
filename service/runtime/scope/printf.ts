import { $f, $ft } from "../lib/format/printf.js";

export const scope = {
  $f,
  $ft,
};
