import { isNumber } from "../../base/values/types.js";
import { ansiColor } from "./ansi.js";
import { colours } from "./colours.js";

/** Colours the lines of a YAML text: keys, texts, numbers and the rest each in their own. */
export function colourYaml(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const keyInList = /^(-|\s+-)([^#/:]+):( +.*)?$/.exec(line);
      if (keyInList !== null && !/^(-|\s+-)\s+['"][^'"]+:/.test(line.trim()))
        return (
          ansiColor(colours().key, keyInList[1]!) +
          ansiColor(colours().key, `${keyInList[2]}:`) +
          value(keyInList[3] ?? "")
        );
      const entry = /^(-|\s+-)(.+)/.exec(line);
      if (entry !== null) return ansiColor(colours().default, entry[1]!) + value(entry[2]!);
      const pair = /^([^#/:][^:]*):( +.*)?$/.exec(line);
      if (pair !== null) return ansiColor(colours().key, `${pair[1]}:`) + value(pair[2] ?? "");
      return ansiColor(colours().default, line);
    })
    .join("\n");
}

function value(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "true" || trimmed === "false") return ansiColor(colours().boolean, text);
  return ansiColor(isNumber(trimmed) ? colours().number : colours().string, text);
}
