import {
  copy,
  createTempDir,
  createTempFile,
  getCanonicalPath,
  listNames,
  mkdir,
  move,
  remove,
  rename,
} from "../lib/files/folders.js";

export const scope = {
  "io.mkdir": mkdir,
  "io.rm": remove,
  "af.rm": remove,
  "io.mv": move,
  "io.cp": copy,
  "io.rename": rename,
  "io.listFilenames": listNames,
  "io.getCanonicalPath": getCanonicalPath,
  "io.createTempFile": createTempFile,
  "io.createTempDir": createTempDir,
};
