import { fileExists, fileInfo, listFiles, listRecursive } from "../lib/files/info.js";

export const scope = {
  "io.fileExists": fileExists,
  "io.fileInfo": fileInfo,
  "io.listFiles": listFiles,
  listFilesRecursive: listRecursive,
};
