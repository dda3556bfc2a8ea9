/** Bundles the modules of the command line, and of the node that it starts, into a few files. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const CHUNK = /^chunk-.*\.js$/;

/** Is that the name of a file that only the bundle has? */
export function isChunk(name) {
  return CHUNK.test(name);
}

/**
 * Writes `service/cli/main.js`, and beside it chunks that its commands load on demand. To load some 300 modules one by
 * one takes a fifth of the processor time of a node's start. Packages stay outside.
 * @param folder output folder of the compiler; workers, threads and clients load the modules in it as they are
 */
export async function bundleProgram(folder) {
  const place = join(folder, "service", "cli");
  for (const name of readdirSync(place)) if (isChunk(name)) rmSync(join(place, name));
  await build({
    entryPoints: [{ in: join(root, "service", "cli", "main.ts"), out: "main" }],
    outdir: place,
    chunkNames: "chunk-[name]-[hash]",
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
    plugins: [{ name: "places", setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, ({ path }) => placed(path)) }],
  });
}

/** A module that finds its files relative to itself: relative to its compiled file, not to the bundle. */
function placed(path) {
  const text = readFileSync(path, "utf8");
  const compiled = relative(join(root, "service", "cli"), path).replace(/\.ts$/, ".js");
  const url = `new URL(${JSON.stringify(compiled)}, import.meta.url).href`;
  return { contents: text.replace(/import\.meta\.url(?!")/g, `(${url})`), loader: "ts" };
}
