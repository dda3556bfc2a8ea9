import { $cache } from "../features/channels/memo.js";

export const scope = {
  $cache,
};
