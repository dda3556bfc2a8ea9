import { $get } from "../../lib/maps/store.js";
import { colorify } from "../../lib/terminal/colorify.js";
import { print } from "../../lib/terminal/print.js";
import { withSideLine } from "../../lib/text/side-line.js";
import { frameThemes } from "../../lib/text/symbols.js";
import type { Builtin } from "./builtin.js";
import { logged } from "./shortcut.js";

/** `ojob debug`: shows the args and what is kept as `res`. */
export const debug: Builtin = {
  name: "ojob debug",
  precedence: 300,
  shortcuts: [logged("debug", undefined)],
  typeArgs: { noLog: true },
  exec(args) {
    const { openBottomCurvedRect: head, openTopCurvedRect: rest } = frameThemes();
    print("");
    for (const [title, value] of [
      ["ARGS:", args],
      ["RES:", $get("res")],
    ]) {
      print(withSideLine(title, undefined, "FG(240)", "BG(240),BOLD", head));
      print(withSideLine(colorify(value, { bgcolor: "BG(235)" }), undefined, "FG(240)", "BG(235)", rest));
    }
  },
};
