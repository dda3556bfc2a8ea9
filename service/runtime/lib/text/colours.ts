import { jobScope } from "../../base/job-scope.js";

/** Colours of each kind of value; jobs may change entries of the global `__colorFormat`. */
export interface Colours {
  [kind: string]: any;
}

export const standardColours: Colours = {
  key: "INTENSITY_BOLD",
  number: "GREEN",
  string: "CYAN",
  boolean: "RED",
  date: "MAGENTA",
  default: "YELLOW",
  askPre: "YELLOW,BOLD",
  askQuestion: "BOLD",
  askChoose: "BOLD,CYAN",
  askChooseFilter: "UNDERLINE",
  askPos: "BLUE",
  askChooseChars: {
    chooseMultipleSelected: "[x]",
    chooseMultipleUnselected: "[ ]",
    chooseUp: "^",
    chooseDown: "v",
    chooseLine: ">",
  },
  table: { lines: "RESET", value: "RESET", title: "BOLD", bandRow: "BOLD" },
  tree: { lines: "" },
  sideLineCustomThemes: {},
  md: {
    codeBlock: { line: "YELLOW,BOLD", text: "NEGATIVE_ON,ITALIC", theme: "openCurvedSpace" },
    heads: { h1: "WHITE,BOLD,UNDERLINE", h2: "BOLD,UNDERLINE", h3: "BOLD", h4: "UNDERLINE" },
    line: "FAINT",
    link: { text: "UNDERLINE", url: "FAINT" },
    bullets: "BOLD",
    list: "BOLD",
    note: { line: "FAINT", text: undefined, theme: "simpleLine" },
  },
};

export const colours = (): Colours => jobScope.__colorFormat ?? standardColours;
