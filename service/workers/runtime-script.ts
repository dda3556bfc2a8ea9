import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

/** Beside the compiled program: `build/runtime.js`, and V8's code cache for it once a worker has run something. */
const scriptFile = fileURLToPath(new URL("../../runtime.js", import.meta.url));
const cacheFile = `${scriptFile}.${process.version}-${process.arch}.cache`;
const isFromSource = import.meta.url.endsWith(".ts");

/** Name of the bundled runtime in the folder of bundles. */
export const RUNTIME_BUNDLE = "runtime.js";

let script: vm.Script | undefined;
/** Set before the first environment when the program runs from its sources (tsx), where there is no `build/`. */
let sourceText: string | undefined;

/** Bundles the runtime in memory. Needed only when running from the sources. */
export async function bundleRuntimeFromSource(): Promise<void> {
  if (!isFromSource || sourceText !== undefined) return;
  // A worker process finds it bundled by its node (bundles.ts).
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
 * Keeps V8's compiled code beside the script, with every function compiled so far, so that the next process starts
 * with them. Does nothing when a usable cache is there or the folder is read-only.
 */
export function keepCodeCache(): void {
  if (isFromSource || script === undefined || script.cachedDataRejected === false) return;
  try {
    const fresh = `${cacheFile}.${process.pid}`;
    writeFileSync(fresh, script.createCachedData());
    renameSync(fresh, cacheFile);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "EACCES" && code !== "EROFS" && code !== "EPERM") throw error;
  }
}
