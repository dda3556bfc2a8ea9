import {
  askUser,
  checkLatestVersion,
  encryptText,
  fromZip,
  getEncoding,
  getJavaStackTrace,
  isBinaryArray,
  newJavaArray,
  openInBrowser,
  secureRandom,
  write,
  writeError,
  writeErrorLine,
  writeLine,
} from "../lib/files/af.js";
import { readFileBytes, writeFileBytes } from "../lib/files/bytes.js";
import { readStrict, writeStrict } from "../lib/files/data.js";
import { copy, mkdir, move, rename } from "../lib/files/folders.js";
import { listFiles } from "../lib/files/info.js";
import { readFileAsArray, readText, writeFileAsArray, writeText } from "../lib/files/text.js";

export const scope = {
  "af.cp": copy,
  "af.mv": move,
  "af.mkdir": mkdir,
  "af.rename": rename,
  "af.listFiles": listFiles,
  "af.readFile": readStrict,
  "af.readFileAsArray": readFileAsArray,
  "af.readFileBytes": readFileBytes,
  "af.readFileString": readText,
  "af.writeFile": writeStrict,
  "af.writeFileAsArray": writeFileAsArray,
  "af.writeFileBytes": writeFileBytes,
  "af.writeFileString": writeText,
  "af.p": writeLine,
  "af.pnl": write,
  "af.e": writeErrorLine,
  "af.enl": writeError,
  "af.ask": askUser,
  "af.encryptText": encryptText,
  "af.secureRandom": secureRandom,
  "af.getEncoding": getEncoding,
  isBinaryArray,
  getFromZip: fromZip,
  newJavaArray,
  getJavaStackTrace,
  checkLatestVersion,
  openInBrowser,
};
