import { isBinary, readFileBytes, readFileBytesRO, writeFileBytes } from "../lib/files/bytes.js";

export const scope = {
  "io.readFileBytes": readFileBytes,
  "io.readFileBytesRO": readFileBytesRO,
  "io.writeFileBytes": writeFileBytes,
  "io.isBinaryFile": isBinary,
};
