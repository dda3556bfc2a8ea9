/**
 * Bundles the program into a few files: the command line with the node that it starts, the worker process and the threads.
 *
 * A package of `devDependencies` that they use is compiled into them; `dependencies` of package.json are what they load from
 * `node_modules`. So a program starts without looking for some 400 modules, and an installed one brings few packages along.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const CHUNK = /^chunk-.*\.js$/;
/** Entry points that are one file each, in CommonJS: Node loads them 25 ms of processor time faster than ES modules. */
const SCRIPTS = ["service/workers/child", "service/workers/io/thread", "service/http/body/large/thread"];
/** Packages in CommonJS load Node's modules by `require`, which ES modules lack. */
const REQUIRE = `import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);`;
/** CommonJS lacks `import.meta.url`. */
const PLACE = `const placeOfScript = require("node:url").pathToFileURL(__filename).href;`;
/** A package that is loaded by name at its first use (service/workers/io/packages.ts). */
const LOADED = /\bload<[^>]+>\("([^"]+)"\)/g;

const common = { bundle: true, platform: "node", target: "node20", logLevel: "warning" };

/** Is that the name of a chunk, which has no source of its own? */
export function isChunk(name) {
  return CHUNK.test(name);
}

/**
 * Writes `service/cli/main.js` with chunks beside it that commands load on demand, the scripts of processes and threads, and a
 * file for each package that is loaded by name.
 * @param folder output folder of the compiler
 */
export async function bundleProgram(folder) {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const external = Object.keys(dependencies);
  const cli = join(folder, "service", "cli");
  for (const name of readdirSync(cli)) if (CHUNK.test(name)) rmSync(join(cli, name));
  await build({
    ...common,
    entryPoints: [{ in: join(root, "service", "cli", "main.ts"), out: "main" }],
    outdir: cli,
    chunkNames: "chunk-[name]-[hash]",
    splitting: true,
    external,
    banner: { js: REQUIRE },
    format: "esm",
    plugins: [placesFor("service/cli", "import.meta.url")],
  });
  for (const script of SCRIPTS)
    await build({
      ...common,
      entryPoints: [join(root, `${script}.ts`)],
      outfile: join(folder, `${script}.cjs`),
      external,
      banner: { js: PLACE },
      format: "cjs",
      plugins: [placesFor(dirname(script), "placeOfScript")],
    });
  await build({
    ...common,
    entryPoints: loadedByName(),
    outdir: join(folder, "packages"),
    outExtension: { ".js": ".cjs" },
    // Compiled parts that they work without.
    external: ["*.node", "cpu-features"],
    format: "cjs",
  });
}

function loadedByName() {
  const io = join(root, "service", "workers", "io");
  const modules = readdirSync(io, { recursive: true }).filter((name) => name.endsWith(".ts"));
  const names = modules.flatMap((name) =>
    [...readFileSync(join(io, name), "utf8").matchAll(LOADED)].map(([, name]) => name),
  );
  return [...new Set(names)].sort();
}

/**
 * A module that finds its files relative to itself finds them relative to its compiled file, not to the bundle.
 * @param folder of the bundle
 * @param here expression for the address of the bundle
 */
function placesFor(folder, here) {
  const placed = ({ path }) => {
    const text = readFileSync(path, "utf8");
    const compiled = relative(join(root, folder), path).replace(/\.ts$/, ".js");
    const url = `new URL(${JSON.stringify(compiled)}, ${here}).href`;
    return { contents: text.replace(/import\.meta\.url(?!")/g, `(${url})`), loader: "ts" };
  };
  return { name: "places", setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, placed) };
}
