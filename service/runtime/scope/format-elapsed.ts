import { elapsedTime, elapsedTime4ms } from "../lib/format/elapsed.js";

export const scope = {
  "ow.format.elapsedTime4ms": elapsedTime4ms,
  "ow.format.elapsedTime": elapsedTime,
};
