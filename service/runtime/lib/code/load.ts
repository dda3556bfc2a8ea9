import { jobScope } from "../../base/job-scope.js";
import { globals, world } from "../../base/world.js";
import { fileExists } from "../files/info.js";
import { readText } from "../files/text.js";
import { nameOf } from "../streams/paths.js";
import { modules } from "./modules.js";
import { packageFile } from "./packages.js";
import { publishDeclarations } from "./top-level.js";

/** Code from files: `load`, `loadLib`, `require`. */

type Module = (require: unknown, exports: unknown, module: unknown) => unknown;
type Require = ((name: unknown, force?: boolean) => unknown) & { cache: Record<string, Module> };

/** Runs a file in the global scope. @returns the name it was asked for */
export function load(name: unknown): string {
  const script = String(name);
  const file = fileExists(script) || script.includes("::") ? script : (packageFile(script) ?? besideLoader(script));
  if (file === undefined) throw new Error(`Couldn't find or load '${script}' ()`);
  try {
    world.host.code.run(publishDeclarations(readText(file)), file);
  } catch (error) {
    // A CommonJS module given to load: its exports become a global named after the file.
    if (!/^exports is not defined/.test((error as Error)?.message)) throw error;
    globals[nameOf(file).replace(/\.js$/, "")] = requireModule(file);
  }
  return script;
}

/** OpenAF looks beside the script that was started last. */
function besideLoader(script: string): string | undefined {
  const from = jobScope.__loadedfrom;
  return typeof from === "string" ? from.replace(/[^/]+$/, "") + script : undefined;
}

export const loaded: Record<string, boolean> = {};

/** Loads a file unless that was done before; true if it did. */
export function loadLib(name: unknown, force = false, then?: () => void): boolean {
  const key = String(name).toLowerCase();
  if (!force && loaded[key]) return false;
  load(name);
  loaded[key] = true;
  if (typeof then === "function") then();
  return true;
}

/** Runs a module and gives its exports: anew each time, only the compiled code is kept. */
export const requireModule: Require = Object.assign(
  (name: unknown, force = false): unknown => {
    const id = String(name);
    let run = requireModule.cache[id];
    if (force || typeof run !== "function") {
      const source = modules.get(id) ?? readText(fileExists(id) ? id : (packageFile(id) ?? id));
      run = requireModule.cache[id] = world.host.code.run(moduleCode(source), id) as Module;
    }
    const module = { id, uri: id, exports: {} };
    run.call({}, requireModule, module.exports, module);
    return module.exports;
  },
  { cache: {} as Record<string, Module> },
);

function moduleCode(source: string): string {
  return `(function (require, exports, module) {;${source.replace(/^#!/, "//")}\n})`;
}

export const loadCompiled = (name: unknown) => load(name) !== "";

/** Runs a text as a script and gives its value. */
export const evaluate = (source: unknown) => world.host.code.run(String(source), "af.eval");
