import { fromToon, toToon } from "../lib/data/toon.js";

export const scope = {
  "af.toTOON": toToon,
  "af.fromTOON": fromToon,
};
