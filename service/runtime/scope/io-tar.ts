import { listFilesTAR, readFileTARBytes, readFileTARStream, write, writeFileTARBytes } from "../lib/files/tar.js";

export const scope = {
  "io.listFilesTAR": listFilesTAR,
  "io.readFileTARBytes": readFileTARBytes,
  "io.readFileTARStream": readFileTARStream,
  "io.writeFileTARStream": write,
  "io.writeFileTARBytes": writeFileTARBytes,
};
