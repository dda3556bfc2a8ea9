import { $bottleneck } from "../lib/threads/bottleneck.js";

export const scope = {
  $bottleneck,
};
