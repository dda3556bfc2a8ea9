import { $get, $set, $unset } from "../lib/maps/store.js";

export const scope = {
  $get,
  $set,
  $unset,
};
