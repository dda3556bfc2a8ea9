import { memory, processors } from "../lib/java/limits.js";

export const scope = {
  "ow.java.getCMemory": memory,
  "ow.java.getCCPU": processors,
};
