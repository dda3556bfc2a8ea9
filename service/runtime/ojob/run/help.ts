import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import { findJob } from "../load/registry.js";
import type { AnyMap, HelpSection } from "../model/shapes.js";
import { engine } from "../state/engine.js";

/** Prints the usage when a mandatory arg is missing. @returns was it printed? Then nothing is run. */
export function isHelpShown(args: AnyMap): boolean {
  const help: HelpSection | undefined = engine.help ?? findJob("Help")?.help;
  if (missingArgs(help, args).length === 0) return false;
  jobScope.print(usageText(help!, engine.file));
  return true;
}

/** Names of the mandatory args a help section expects and `args` lacks. */
export function missingArgs(help: HelpSection | undefined, args: AnyMap): string[] {
  const expects = Array.isArray(help?.expects) ? help.expects : [];
  return expects.filter((one) => one.mandatory && args[one.name] === undefined).map((one) => one.name);
}

/** The usage of a file, in plain text. */
export function usageText(help: HelpSection, file: string): string {
  const path = /^https?:/i.test(file) ? file : absolute(file);
  const expects = (help.expects ?? []).filter((one) => one.name !== undefined);
  const width = Math.max(0, ...expects.map((one) => one.name.length));
  let usage = `Usage: ojob ${path} `;
  let example = `Example: '$ ojob ${path} `;
  let list = "";
  for (const { name, desc, mandatory, example: sample } of expects) {
    const isMarked = mandatory === undefined || mandatory;
    usage += `[${name}=...] `;
    if (isMarked) example += `${name}=${sample === undefined ? "..." : `${String(sample).replaceAll(" ", "\\ ")} `}`;
    list += `${isMarked ? " *   " : "     "}${name.padStart(width)}: ${desc ?? ""}\n`;
  }
  const parts = [usage, list === "" ? "" : `\n${list}`, `${example}'\n`].filter((part) => part !== "");
  if (help.text !== undefined) parts.unshift(`${help.text}\n`);
  return parts.join("\n");
}

function absolute(file: string): string {
  return file.startsWith("/") ? file : `${world.host.process.cwd()}/${file}`;
}
