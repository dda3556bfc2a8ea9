import { plainMdTable, rowsOfMdTable } from "../text/md-table.js";
import {
  addHelper,
  addPartial,
  compileTemplate,
  engine,
  precompileTemplate,
  removeHelper,
  removePartial,
  templateOf,
} from "../text/templates.js";
import { globals } from "../world.js";

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

function parse(source: unknown, data?: unknown): string {
  return compileTemplate(String(source))(data === undefined ? globals : data);
}

/** Every function of the map becomes a helper; functions with members of their own become a group. */
function addHelpers(prefix: string, members: Record<string, any>): void {
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member === "function") addHelper(prefix + name, member);
    else if (typeof member === "object" && member !== null) addHelpers(`${prefix}${name}_`, member);
  }
}

const readText = (file: string): string => globals.io.readFileString(file);

const execCompiled = (specification: string) => templateOf(globals.eval(`(${specification})`));

/** The helper sets are always there; asking for them again changes nothing. */
const always = () => undefined;

export const scope = {
  templify,
  $t: templify,
  loadHandlebars: always,
  "ow.template.parse": parse,
  "ow.template.parseHBS": (file: string, data?: unknown) => parse(readText(file), data),
  "ow.template.getTemplate": (source: string) => compileTemplate(source),
  "ow.template.compile": precompileTemplate,
  "ow.template.execCompiled": execCompiled,
  "ow.template.saveHBS": (file: string, source: string) => globals.io.writeFileString(file, source),
  "ow.template.saveCompiledHBS": (file: string, source: string, options?: any) =>
    globals.io.writeFileString(file, precompileTemplate(source, options)),
  "ow.template.loadCompiledHBS": (file: string) => execCompiled(readText(file)),
  "ow.template.loadHBSs": (files: Record<string, string>) => (key: string, data: unknown) =>
    parse(readText(files[key]!), data),
  "ow.template.addHelper": addHelper,
  "ow.template.delHelper": removeHelper,
  "ow.template.addHelpers": addHelpers,
  "ow.template.addPartial": addPartial,
  "ow.template.delPartial": removePartial,
  "ow.template.loadPartialHBSs": (files: Record<string, string>) => {
    for (const name of Object.keys(files)) addPartial(name, readText(files[name]!));
  },
  "ow.template.unloadPartialHBSs": (files: Record<string, string>) => {
    for (const name of Object.keys(files)) removePartial(name);
  },
  "ow.template.addOpenAFHelpers": always,
  "ow.template.addFormatHelpers": always,
  "ow.template.addConditionalHelpers": always,
  "ow.template.Handlebars": engine,
  "ow.template.md.table": plainMdTable,
  "ow.template.md.fromTable": rowsOfMdTable,
  "ow.template.md.maxWidth": (value = "unset") => `<style>.markdown-body { max-width: ${value}; }</style>`,
};
