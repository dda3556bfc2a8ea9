import { prefixedLines } from "../lib/process/prefixed-lines.js";
import { $sh, sh, shOfWords } from "../lib/process/sh.js";

export const scope = {
  $sh,
  sh,
  "af.sh": shOfWords,
  "ow.format.streamSHPrefix": prefixedLines,
};
