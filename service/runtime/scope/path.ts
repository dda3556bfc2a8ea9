import { path } from "../lib/query/path.js";

export const scope = {
  $path: path,
};
