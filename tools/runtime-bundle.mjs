/**
 * Bundles `service/runtime` into one script.
 *
 * The script is evaluated for every environment, so evaluating it has to cost next to nothing: each module is wrapped
 * in a function and every import becomes a call that evaluates the module at its first use. The table of scope names is
 * read from the families themselves, and that of the built-in jobs from their files: both are evaluated here first.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import esbuild from "esbuild";
import { lazyCjs, lightWrappers } from "./runtime-modules.mjs";

const runtimeFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "service", "runtime");
const scopeFolder = join(runtimeFolder, "scope");
const builtinsFolder = join(runtimeFolder, "ojob", "builtins");
/** For bundles that read the modules themselves. */
const NOTHING_MADE = { families: "exports.family = () => undefined;", builtins: "exports.builtins = [];" };

/** @returns {Promise<string>} the script, whose completion value is `boot` of runtime/boot.ts */
export async function bundleRuntime() {
  const families = familyNames();
  const names = await askFamilies(families);
  const made = { families: familiesModule(families, nameTree(names)), builtins: await builtinsModule() };
  return bundle(entry("boot.ts", "boot"), made);
}

/** @returns {Promise<Map<string, string>>} name of the scope → its family; `!` for names known to be absent */
export function scopeNames() {
  return askFamilies(familyNames());
}

/** @returns {Promise<{ file: string, job: string, shortcut?: string }[]>} jobs that can be included without their pack */
export async function packJobs() {
  const script = await bundle(entry("ojob/packs/index.ts", "listPackJobs"), NOTHING_MADE);
  return JSON.parse(vm.runInContext(`JSON.stringify(${script}())`, vm.createContext({})));
}

function familyNames() {
  return readdirSync(scopeFolder)
    .filter((name) => name.endsWith(".ts") && name !== "index.ts")
    .map((name) => name.slice(0, -3))
    .sort();
}

/** Name of the scope → family, by evaluating all families in an empty context. */
async function askFamilies(families) {
  const script = await bundle(`export { family as result } from "rojob:families";`, {
    ...NOTHING_MADE,
    families: familiesModule(families, {}),
  });
  const loaded = vm.runInContext(script, vm.createContext({}));
  const owners = new Map();
  for (const family of families) {
    const scope = loaded(family).scope;
    if (scope === undefined) throw new Error(`service/runtime/scope/${family}.ts does not export \`scope\``);
    for (const name of Object.keys(scope)) {
      if (owners.has(name)) throw new Error(`${name} is in both scope/${owners.get(name)}.ts and scope/${family}.ts`);
      owners.set(name, family);
    }
  }
  for (const name of absentNames()) if (!owners.has(name)) owners.set(name, "!");
  return owners;
}

/** Functions of OpenAF that are missing here (scope/absent.txt, one a line). */
function absentNames() {
  try {
    return readFileSync(join(scopeFolder, "absent.txt"), "utf8")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function nameTree(owners) {
  const tree = {};
  for (const [name, family] of [...owners].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const parts = name.split(".");
    let at = tree;
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      if (isLast) at[part] = family;
      else if (typeof at[part] === "string") {
        // A member of a function or object that another family gives whole: that family has to carry it.
        if (family === "!") break;
        throw new Error(
          `${name} of scope/${family}.ts lies inside ${parts.slice(0, index + 1).join(".")} of scope/${at[part]}.ts`,
        );
      } else at = at[part] ??= {};
    }
  }
  return tree;
}

/**
 * The module `rojob:families`: functions, so that an environment pays for the parts it asks for (see families.d.ts). The
 * tables are not modules of their own, each of which would cost every environment a closure.
 */
function familiesModule(families, tree) {
  const loads = families.map(
    (name) => `case ${JSON.stringify(name)}: return (made[${JSON.stringify(name)}] ??= ${table(name)});`,
  );
  const members = Object.entries(tree)
    .filter(([, source]) => typeof source === "object")
    .map(([name, source]) => `case ${JSON.stringify(name)}: return ${JSON.stringify(source)};`);
  const top = Object.entries(tree).map(([name, source]) => `;${name}=${typeof source === "object" ? "" : source}`);
  return `const made = { __proto__: null };
exports.family = (name) => { switch (name) { ${loads.join("\n")} } };
exports.members = (name) => { switch (name) { ${members.join("\n")} } };
exports.names = ${JSON.stringify(`${top.join("")};`)};
`;
}

/** A file of scope/ as an expression that evaluates it. */
function table(name) {
  const file = join(scopeFolder, `${name}.ts`);
  return `(function (exports, module) {\n${lazyCjs(readFileSync(file, "utf8"), file)}\nreturn module.exports;\n})({}, {})`;
}

function entry(file, name) {
  return `export { ${name} as result } from "./${file}";`;
}

/**
 * The module `rojob:builtins` (see builtins.d.ts): names and shortcuts of the built-in jobs as data, so that an environment
 * evaluates the file of a job only when it runs it. They are read from the jobs, which are evaluated here.
 */
async function builtinsModule() {
  const files = readdirSync(builtinsFolder)
    // Types only.
    .filter((name) => name.endsWith(".ts") && !["builtin.ts", "builtins.d.ts"].includes(name))
    .sort();
  const lists = files.map((file) => `[${JSON.stringify(file)}, require("./ojob/builtins/${file}")]`);
  const script = await bundle(`exports.result = () => [${lists.join(", ")}];`, NOTHING_MADE);
  const found = [];
  for (const [file, exported] of vm.runInContext(script, vm.createContext({}))())
    for (const [key, job] of Object.entries(exported)) if (isBuiltin(job)) found.push({ file, key, ...job });
  for (const { file, name, shortcuts, precedence } of found)
    if ((shortcuts === undefined) !== (precedence === undefined))
      throw new Error(`ojob/builtins/${file}: "${name}" needs both shortcuts and precedence, or neither`);
  const taken = found.filter(({ precedence }, at) => found.findIndex((one) => one.precedence === precedence) < at);
  for (const { file, name, precedence } of taken)
    if (precedence !== undefined)
      throw new Error(`ojob/builtins/${file}: the precedence ${precedence} of "${name}" is that of another job`);
  const last = Number.POSITIVE_INFINITY;
  found.sort((a, b) => (a.precedence ?? last) - (b.precedence ?? last) || (a.name < b.name ? -1 : 1));
  const entries = found.map(({ file, key, name, shortcuts }) => {
    const data = JSON.stringify({ name, shortcuts }).slice(0, -1);
    return `${data},load: () => require(${JSON.stringify(`./ojob/builtins/${file}`)}).${key}}`;
  });
  return `exports.builtins = [${entries.join(",\n")}];\n`;
}

function isBuiltin(value) {
  return typeof value?.exec === "function" && typeof value.name === "string";
}

async function bundle(entryText, made) {
  const built = await esbuild.build({
    entryPoints: ["rojob:entry"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "rojobRuntime",
    platform: "neutral",
    // CommonJS where a package has both: ES modules would be joined into one scope, evaluated at once.
    mainFields: ["main", "module"],
    target: "node20",
    legalComments: "none",
    logLevel: "silent",
    plugins: [lazyModules(lazyCjs(entryText, "entry.ts"), made)],
  });
  return `(() => {\n${lightWrappers(built.outputFiles[0].text)}\nreturn rojobRuntime.result;\n})()`;
}

function lazyModules(entryText, made) {
  return {
    name: "lazy-modules",
    setup(build) {
      const virtual = { entry: entryText, ...made };
      build.onResolve({ filter: /^rojob:/ }, (args) => ({
        path: args.path.slice("rojob:".length),
        namespace: "rojob",
      }));
      build.onLoad({ filter: /.*/, namespace: "rojob" }, (args) => ({
        contents: virtual[args.path],
        // Imports of the tables count from their folder.
        resolveDir: args.path === "families" ? scopeFolder : runtimeFolder,
        loader: "js",
      }));
      // A package of ES modules only: unchanged, its exports would be set up in every environment.
      build.onResolve({ filter: /^[\w@]/, namespace: "runtime" }, async ({ path, kind, resolveDir }) => {
        const found = await build.resolve(path, { kind, resolveDir, namespace: "file" });
        return found.path.endsWith(".mjs") ? { path: `${found.path}.cjs`, namespace: "esm" } : found;
      });
      build.onLoad({ filter: /.*/, namespace: "esm" }, async ({ path }) => ({
        contents: esbuild.transformSync(readFileSync(path.slice(0, -4), "utf8"), { format: "cjs", target: "node20" })
          .code,
        resolveDir: dirname(path),
        loader: "js",
      }));
      // A separate namespace: under "file" the package's `"type": "module"` would forbid CommonJS.
      build.onResolve({ filter: /^\.{1,2}\/.*\.(js|ts)$/ }, (args) =>
        args.namespace === "file"
          ? undefined
          : { path: join(args.resolveDir, args.path.replace(/\.js$/, ".ts")), namespace: "runtime" },
      );
      build.onLoad({ filter: /\.ts$/, namespace: "runtime" }, (args) => ({
        contents: lazyCjs(readFileSync(args.path, "utf8"), args.path),
        resolveDir: dirname(args.path),
        loader: "js",
      }));
    },
  };
}
