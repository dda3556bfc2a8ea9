import { genStaticVersion4MD, genStaticVersion4MDFile, parseMD2HTML } from "../lib/template/md-html.js";

export const scope = {
  "ow.template.parseMD2HTML": parseMD2HTML,
  "ow.template.html.genStaticVersion4MDFile": genStaticVersion4MDFile,
  "ow.template.html.genStaticVersion4MD": genStaticVersion4MD,
};
