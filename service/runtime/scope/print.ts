import { ignored, made, print, printErr } from "../lib/terminal/print.js";

export const scope = {
  ...made,
  print,
  printErr,
  bfprint: made.print,
  bfprintnl: made.printnl,
  bfprintErr: made.printErr,
  bfprintErrnl: made.printErrnl,
  cls: ignored,
  beep: ignored,
};
