import { $atomic, $queue } from "../lib/locks/atoms.js";

export const scope = {
  $atomic,
  $queue,
};
