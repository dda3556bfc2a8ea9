import { jobScope } from "../../base/job-scope.js";
import { globals } from "../../base/world.js";
import { readText, writeText } from "../files/text.js";
import { addHelper, addPartial, compileTemplate, precompileTemplate, removePartial, templateOf } from "./templates.js";

/** Templates (`templify`, `$t`, `ow.template`): Handlebars 4.7 with the helpers jobs expect. */

/**
 * Fills a template. `{{x}}` escapes for HTML, `{{{x}}}` does not.
 * @param data what names refer to; the globals when undefined
 * @throws Error for bad syntax and helpers that do not exist
 */
export function templify(source: unknown, data?: unknown): string {
  if (source === undefined || source === "") return "";
  const text = String(source);
  return text.includes("{{") ? compileTemplate(text)(data === undefined ? globals : data) : text;
}

export function parse(source: unknown, data?: unknown): string {
  return compileTemplate(String(source))(data === undefined ? globals : data);
}

/** Every function of the map becomes a helper; functions with members of their own become a group. */
export function addHelpers(prefix: string, members: Record<string, any>): void {
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member === "function") addHelper(prefix + name, member);
    else if (typeof member === "object" && member !== null) addHelpers(`${prefix}${name}_`, member);
  }
}

export const execCompiled = (specification: string) => templateOf(jobScope.eval(`(${specification})`));

/** The helper sets are always there; asking for them again changes nothing. */
export const always = () => undefined;

export const parseHBS = (file: string, data?: unknown) => parse(readText(file), data);

export const getTemplate = (source: string) => compileTemplate(source);

export const saveHBS = (file: string, source: string) => writeText(file, source);

export const saveCompiledHBS = (file: string, source: string, options?: any) =>
  writeText(file, precompileTemplate(source, options));

export const loadCompiledHBS = (file: string) => execCompiled(readText(file));

export const loadHBSs = (files: Record<string, string>) => (key: string, data: unknown) =>
  parse(readText(files[key]!), data);

export const loadPartialHBSs = (files: Record<string, string>) => {
  for (const name of Object.keys(files)) addPartial(name, readText(files[name]!));
};

export const unloadPartialHBSs = (files: Record<string, string>) => {
  for (const name of Object.keys(files)) removePartial(name);
};

export const maxWidth = (value = "unset") => `<style>.markdown-body { max-width: ${value}; }</style>`;
