/**
 * Bundles `service/runtime` into one script.
 *
 * The script is evaluated for every environment, so evaluating it has to cost next to nothing: each module is wrapped
 * in a function and every import becomes a call that evaluates the module at its first use. The table of scope names is
 * read from the families themselves: the bundle is made twice, the first time to ask them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import esbuild from "esbuild";
import { lazyCjs, lightWrappers } from "./runtime-modules.mjs";

const runtimeFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "service", "runtime");
const scopeFolder = join(runtimeFolder, "scope");

/** @returns {Promise<string>} the script, whose completion value is `boot` of runtime/boot.ts */
export async function bundleRuntime() {
  const families = familyNames();
  const names = await askFamilies(families);
  return bundle(entry("boot.ts", "boot"), familiesModule(families, nameTree(names)));
}

/** @returns {Promise<Map<string, string>>} name of the scope → its family; `!` for names known to be absent */
export function scopeNames() {
  return askFamilies(familyNames());
}

/** @returns {Promise<{ file: string, job: string, shortcut?: string }[]>} jobs that can be included without their pack */
export async function packJobs() {
  const script = await bundle(entry("ojob/packs/index.ts", "listPackJobs"), familiesModule([], {}));
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
  const script = await bundle(
    `export { family as result } from "rojob:families";`,
    familiesModule(families, {}),
    false,
  );
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

async function bundle(entryText, familiesText) {
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
    plugins: [lazyModules(lazyCjs(entryText, "entry.ts"), familiesText)],
  });
  return `(() => {\n${lightWrappers(built.outputFiles[0].text)}\nreturn rojobRuntime.result;\n})()`;
}

function lazyModules(entryText, familiesText) {
  return {
    name: "lazy-modules",
    setup(build) {
      const virtual = { entry: entryText, families: familiesText };
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
