import { inSteps } from "../base/pausing.js";
import { __pausing } from "../features/promises/pausing.js";

export const scope = {
  __inSteps: inSteps,
  __pausing,
};
