import {
  convertFileToEncoding,
  getDefaultEncoding,
  guessEncoding,
  readFileAsArray,
  readText,
  writeFileAsArray,
  writeText,
} from "../lib/files/text.js";

export const scope = {
  "io.readFileString": readText,
  "io.writeFileString": writeText,
  "io.readFileAsArray": readFileAsArray,
  "io.writeFileAsArray": writeFileAsArray,
  "io.getDefaultEncoding": getDefaultEncoding,
  "io.getFileEncoding": guessEncoding,
  "io.convertFileToEncoding": convertFileToEncoding,
};
