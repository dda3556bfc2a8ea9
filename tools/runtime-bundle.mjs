/**
 * Bundles `service/runtime` into one script.
 *
 * The script is evaluated for every environment, so evaluating it has to cost next to nothing: each module is wrapped
 * in a function and every import becomes a call that evaluates the module when something of it is first used.
 * The table of scope names is read from the families themselves: the bundle is made twice, the first time to ask them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import esbuild from "esbuild";

const runtimeFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "service", "runtime");

/** @returns {Promise<string>} the script, whose completion value is `boot` of runtime/boot.ts */
export async function bundleRuntime({ minify = false } = {}) {
  const families = readdirSync(join(runtimeFolder, "scope"))
    .filter((name) => name.endsWith(".ts") && name !== "index.ts")
    .map((name) => name.slice(0, -3))
    .sort();
  const names = await askFamilies(families);
  return bundle(entry("boot.ts", "boot"), familiesModule(families, nameTree(names)), minify);
}

/** Name of the scope → family, by evaluating all families in an empty context. */
async function askFamilies(families) {
  const script = await bundle(
    `export { families as result } from "rojob:families";`,
    familiesModule(families, {}),
    false,
  );
  const loaded = vm.runInContext(script, vm.createContext({}));
  const owners = new Map();
  for (const family of families) {
    const scope = loaded[family]().scope;
    if (scope === undefined) throw new Error(`service/runtime/scope/${family}.ts does not export \`scope\``);
    for (const name of Object.keys(scope)) {
      if (owners.has(name)) throw new Error(`${name} is in both scope/${owners.get(name)}.ts and scope/${family}.ts`);
      owners.set(name, family);
    }
  }
  for (const name of absentNames()) if (!owners.has(name)) owners.set(name, "!");
  return owners;
}

/** Functions OpenAF has that nothing here provides (scope/absent.txt, one a line). */
function absentNames() {
  try {
    return readFileSync(join(runtimeFolder, "scope", "absent.txt"), "utf8")
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
        // A member of a function or object another family gives whole: that family has to carry it.
        if (family === "!") break;
        throw new Error(
          `${name} of scope/${family}.ts lies inside ${parts.slice(0, index + 1).join(".")} of scope/${at[part]}.ts`,
        );
      } else at = at[part] ??= {};
    }
  }
  return tree;
}

function familiesModule(families, tree) {
  const loaders = families.map((name) => `${JSON.stringify(name)}: () => require("./scope/${name}.ts")`);
  return `exports.families = { ${loaders.join(", ")} };\nexports.tree = ${JSON.stringify(tree)};`;
}

function entry(file, name) {
  return `export { ${name} as result } from "./${file}";`;
}

async function bundle(entryText, familiesText, minify) {
  const built = await esbuild.build({
    entryPoints: ["rojob:entry"],
    bundle: true,
    write: false,
    minify,
    format: "iife",
    globalName: "rojobRuntime",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import", "default"],
    target: "node20",
    legalComments: "none",
    logLevel: "silent",
    plugins: [lazyModules(lazyCjs(entryText, "entry.ts"), familiesText)],
  });
  return `(() => {\n${built.outputFiles[0].text}\nreturn rojobRuntime.result;\n})()`;
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
        resolveDir: runtimeFolder,
        loader: "js",
      }));
      // A namespace of our own: under "file" the package's `"type": "module"` would forbid CommonJS.
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

/** Turns a module into CommonJS whose imports are evaluated at first use. */
function lazyCjs(source, file) {
  const { code } = esbuild.transformSync(source, { loader: "ts", format: "cjs", target: "node20", sourcefile: file });
  const imported = new Set();
  const lazily = code.replace(/^var (import_\w+) = (.*require\(.*\).*);$/gm, (_line, name, value) => {
    imported.add(name);
    return `var ${name}$; var ${name} = () => ${name}$ ??= ${value};`;
  });
  if (imported.size === 0) return lazily;
  const uses = new RegExp(`\\b(${[...imported].join("|")})\\.`, "g");
  // In parentheses, so that `new imported.Name()` still constructs the member and not the import.
  return lazily.replace(uses, "($1()).");
}
