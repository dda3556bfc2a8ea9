import { __initializeCon, ansiColor, ansiLength, ansiWinTermCap, ignored } from "../lib/text/ansi.js";
import { standardColours } from "../lib/text/colours.js";
import { visibleLength } from "../lib/text/visible-length.js";

export const scope = {
  ansiColor,
  ansiLength,
  ansiStart: ignored,
  ansiStop: ignored,
  ansiWinTermCap,
  visibleLength,
  __colorFormat: standardColours,
  __conAnsi: true,
  __conConsole: false,
  __conStatus: false,
  __ansiColorFlag: false,
  __initializeCon,
};
