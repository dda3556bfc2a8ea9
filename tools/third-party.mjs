/** The licences of the packages that are compiled into the program, which ask for being handed on with it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Above each module in a bundle: its path, with the innermost package at the end. */
const MODULE = /^\s*\/\/ (?:[\w.-]+:)?\S*?(node_modules\/\S*)$/gm;

/**
 * @param root folder of the program
 * @param scripts texts of bundles
 * @returns for each package its name, version and licence
 */
export function licences(root, scripts) {
  const folders = new Set();
  for (const text of scripts)
    for (const [, path] of text.matchAll(MODULE)) {
      const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path);
      folders.add(folder);
    }
  const texts = [...folders].sort().map((folder) => licenceOf(join(root, folder)));
  return `${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter(
    (file) => /^(licen[cs]e|notice|copying)/i.test(file) && existsSync(join(folder, file)),
  );
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  return `${name} ${version} (${license ?? "see below"})\n\n${texts.join("\n\n")}\n`;
}
