import { modules } from "../../lib/code/modules.js";
import type { OJobDocument } from "../model/shapes.js";
import { engine } from "../state/engine.js";

/** Keeps the sources of a `code` section: modules for `require`, and texts for `file`. */
export function noteCode(code: OJobDocument["code"]): void {
  if (code === undefined || code === null) return;
  for (const name of Object.keys(code)) {
    const text = String(code[name]);
    // A script with a call or a function in it is a module; anything else is a text.
    const isModule = name.endsWith(".js") && /\(.+\)/.test(text);
    (isModule ? modules : engine.code).set(name, text);
  }
}
