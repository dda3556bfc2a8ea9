import { flags, newFn } from "../lib/system/flags.js";

export const scope = {
  __flags: flags,
  newFn,
};
