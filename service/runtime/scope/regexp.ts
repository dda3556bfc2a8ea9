import { javaRegExp } from "../lib/format/regexp.js";

export const scope = {
  javaRegExp,
};
