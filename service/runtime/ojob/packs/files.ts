import { copy as copyFile, listNames, move as moveFile, remove } from "../../lib/files/folders.js";
import { fileExists, listFiles, listRecursive } from "../../lib/files/info.js";
import { readText, writeText } from "../../lib/files/text.js";
import { check } from "../../lib/maps/sigil.js";
import type { AnyMap } from "../model/shapes.js";
import type { Pack } from "./pack.js";

/** `oJobIO.yaml`: jobs about files. */

const given = (args: AnyMap, name: string): string => check(args[name], name).isString().$_();

function appendLines(args: AnyMap): void {
  const target = given(args, "target");
  const lines = check(args.line ?? args.lines, "line").$_();
  const text = (Array.isArray(lines) ? lines : [lines]).map((line) => `${line}${args.separator ?? "\n"}`).join("");
  writeText(target, text, undefined, true);
}

function replaceByPattern(args: AnyMap): void {
  const target = given(args, "target");
  const pattern = new RegExp(given(args, "search"), args.flags ?? "");
  const replacement = given(args, "replace");
  const text: string = readText(target);
  const separator = args.separator ?? "\n";
  const lines = args.byline === false ? [text] : text.split(separator);
  writeText(target, lines.map((line) => line.replace(pattern, replacement)).join(separator));
}

/** Puts `replace` where the lines of `find` are, or at the end, or into a new file. `args.op` says which. */
function replaceLines(args: AnyMap): void {
  const file = given(args, "file");
  const wanted = given(args, "find");
  const replacement = args.replace ?? "";
  if (!fileExists(file)) args.op = "create";
  else args.op = (args.found = readText(file).includes(wanted)) ? "replace" : "append";
  if (args.op === "create") return writeText(file, replacement);
  if (args.op === "append") return writeText(file, replacement, undefined, true);
  writeText(
    file,
    readText(file).replace(wanted, () => replacement),
  );
}

function move(args: AnyMap): void {
  moveFile(given(args, "source"), given(args, "target"));
}

function copy(args: AnyMap): void {
  copyFile(given(args, "source"), given(args, "target"));
}

export const files: Pack = {
  jobs: [
    { name: "IO Append File", exec: appendLines },
    { name: "IO Find & Replace", exec: replaceByPattern },
    { name: "IO MV File", exec: move },
    { name: "IO CP File", exec: copy },
    { name: "IO RM File", exec: (args) => remove(given(args, "filepath")) && undefined },
    {
      name: "IO List files",
      exec(args) {
        const path = given(args, "path");
        args.files = args.recursive ? listRecursive(path) : listFiles(path).files;
      },
    },
    {
      name: "IO List filenames",
      exec(args) {
        args.files = listNames(given(args, "path"), args.fullpath !== false);
      },
    },
    { name: "IO Modify text file", exec: replaceLines },
  ],
};
