import { parseQuery } from "../lib/query/nlinq/parse.js";
import { from } from "../lib/query/nlinq.js";

export const scope = {
  $from: from,
  nLinq: from,
  "af.fromNLinq": parseQuery,
};
