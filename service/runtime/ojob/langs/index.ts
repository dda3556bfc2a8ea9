/** The languages: how the code of a job, in a language of its own, becomes code of the composed function. */

import { isMap } from "../../base/values/types.js";
import { typeArgValue } from "../args/type-args.js";
import type { Piece } from "../code/sources.js";
import type { AnyMap } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { commandLangs } from "./commands.js";
import { withReturn } from "./return-comment.js";

const javascript = new Set(["oaf", "js", "javascript"]);
const internal = new Set(["shell", "python", "ssh", "sh"]);

/**
 * Code that runs `source` in the language of `typeArgs`.
 * @throws text when nobody defines that language
 */
export function langCode(name: string, source: Piece, typeArgs: AnyMap): Piece[] {
  if (typeArgs.lang === "winssh") {
    typeArgs.lang = "ssh";
    typeArgs.shell ??= "powershell";
  }
  const lang: string = typeArgs.lang;
  const own = engine.langs.get(lang);
  if (javascript.has(lang)) return [source];
  if (own === undefined && !internal.has(lang) && commandLangs[lang] === undefined)
    throw `Language '${lang}' not supported or defined for job '${name}'.`;
  const text = withReturn(source.text, lang, { ...own, ...definedOf(typeArgs, ["returnRE", "returnFn"]) });
  const options: AnyMap = { lang, ...definedOf(typeArgs, ["pwd", "noTemplate"]) };
  if (typeof typeArgs.shellPrefix === "string") options.prefix = String(typeArgValue(typeArgs.shellPrefix));
  const step = (kind: string, more: AnyMap = {}): Piece[] => [
    {
      text: `args = yield* __ojob.${kind}(args, job, ${JSON.stringify(text)}, ${JSON.stringify({ ...options, ...more })}, id);`,
    },
  ];

  if (lang === "python") return step("python");
  if (lang === "shell") return step("shell", { shell: (typeArgs.shell ??= "/bin/sh -s") });
  if (lang === "ssh") return step("ssh", { shell: (typeArgs.shell ??= "/bin/sh") });
  const settings: AnyMap = { ...definedOf(typeArgs, ["shell", "langFn", "langArgs", "pre", "pos"]), ...own };
  if (isMap(own) || commandLangs[lang] === undefined) {
    if (lang === "sh" && own === undefined) return step("lines");
    if (typeof settings.withFile === "string" && settings.langFn === undefined) return step("file", settings);
    if (typeof settings.shell === "string") return step("command", settings);
    if (typeof settings.langFn === "string")
      return [{ text: ` var code = ${JSON.stringify(source.text)};\n${settings.langFn}` }];
    throw `Language '${lang}' of job '${name}' needs one of shell, withFile and langFn.`;
  }
  return step(commandLangs[lang]!.withFile === undefined ? "command" : "file", settings);
}

function definedOf(map: AnyMap, keys: string[]): AnyMap {
  const found: AnyMap = {};
  for (const key of keys) if (map[key] !== undefined && map[key] !== null) found[key] = map[key];
  return found;
}
