import {
  readFileJSON,
  readFileTOML,
  readFileYAML,
  readLineValues,
  readParts,
  readStrict,
  writeFileJSON,
  writeFileTOML,
  writeFileYAML,
  writeLine,
  writeStrict,
} from "../lib/files/data.js";

export const scope = {
  "io.readFile": readStrict,
  "io.writeFile": writeStrict,
  "io.readFileJSON": readFileJSON,
  "io.writeFileJSON": writeFileJSON,
  "io.readFileYAML": readFileYAML,
  "io.writeFileYAML": writeFileYAML,
  "io.readFileTOML": readFileTOML,
  "io.writeFileTOML": writeFileTOML,
  "io.writeLineNDJSON": writeLine,
  "io.readLinesNDJSON": readLineValues,
  "io.readStreamJSON": readParts,
};
