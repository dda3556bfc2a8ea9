import { $flock } from "../lib/files/file-lock.js";

export const scope = {
  $flock,
};
