import { memory, processors } from "../lib/system/limits.js";

export const scope = {
  "ow.java.getCMemory": memory,
  "ow.java.getCCPU": processors,
};
