import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";
import vm from "node:vm";

/** Beside the compiled program: `build/runtime.js`, and V8's code cache for it once a worker has run something. */
const scriptFile = fileURLToPath(new URL("../../runtime.js", import.meta.url));
/**
 * V8 accepts a cache only with the version and the flags it was made with; on Node 20 the size of the heap (JOBMEMORY)
 * is one of them. Each set has a file of its own, so that processes with different flags do not replace each other's.
 */
const cacheFile = `${scriptFile}.${process.version}-${process.arch}-${v8.cachedDataVersionTag().toString(16)}.cache`;
/** Number of newest cache files that are kept. */
const MAX_CACHES = 6;
const isFromSource = import.meta.url.endsWith(".ts");

/** Name of the bundled runtime in the folder of bundles. */
export const RUNTIME_BUNDLE = "runtime.js";

let script: vm.Script | undefined;
/** Set before the first environment when the program runs from its sources (tsx), where there is no `build/`. */
let sourceText: string | undefined;

/** Bundles the runtime in memory. Needed only when running from the sources. */
export async function bundleRuntimeFromSource(): Promise<void> {
  if (!isFromSource || sourceText !== undefined) return;
  // The node has bundled it for its worker processes (bundles.ts).
  const bundles = process.env["ROJOB_BUNDLES"];
  sourceText =
    bundles === undefined ? await bundledRuntime() : readFileSync(path.join(bundles, RUNTIME_BUNDLE), "utf8");
}

/** The bundle as text, made from the sources. */
export async function bundledRuntime(): Promise<string> {
  const { bundleRuntime } = (await import(new URL("../../tools/runtime-bundle.mjs", import.meta.url).href)) as {
    bundleRuntime(): Promise<string>;
  };
  return bundleRuntime();
}

/** The runtime as a script, compiled once per process; evaluated once per environment. */
export function loadRuntimeScript(): vm.Script {
  if (script !== undefined) return script;
  const cachedData = !isFromSource && existsSync(cacheFile) ? readFileSync(cacheFile) : undefined;
  script = new vm.Script(sourceText ?? readFileSync(scriptFile, "utf8"), { filename: "rojob:runtime", cachedData });
  return script;
}

/**
 * Keeps V8's compiled code beside the script, with every function compiled so far, so that the next process starts with
 * them. Does nothing when a usable cache is there or the folder is read-only.
 * @param prepare executes code of most runs, if this process has not done that yet
 */
export function keepCodeCache(prepare: () => void): void {
  if (isFromSource || script === undefined || script.cachedDataRejected === false) return;
  try {
    const fresh = `${cacheFile}.${process.pid}`;
    // Before the data is made, which takes milliseconds: the folder may be read-only.
    const file = openSync(fresh, "w");
    try {
      prepare();
      writeFileSync(file, script.createCachedData());
    } finally {
      closeSync(file);
    }
    renameSync(fresh, cacheFile);
    removeOldCaches();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "EACCES" && code !== "EROFS" && code !== "EPERM") throw error;
  }
}

function removeOldCaches(): void {
  const folder = path.dirname(scriptFile);
  const isCache = (name: string): boolean =>
    name.startsWith(`${path.basename(scriptFile)}.`) && name.endsWith(".cache");
  const files = readdirSync(folder)
    .filter(isCache)
    .map((name) => path.join(folder, name));
  if (files.length <= MAX_CACHES) return;
  // Another process may remove them at the same time.
  const age = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newestFirst = files.map((file) => ({ file, at: age(file) })).sort((a, b) => b.at - a.at);
  for (const { file } of newestFirst.slice(MAX_CACHES)) rmSync(file, { force: true });
}
