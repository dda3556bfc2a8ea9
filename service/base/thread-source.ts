import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** Source of a thread: a file, or a script to evaluate. */
export interface ThreadSource {
  entry: string | URL;
  eval: boolean;
}

const bundles = new Map<string, string>();

/**
 * The module `thread` in the folder of the module that starts it.
 * @param beside `import.meta.url` of that module
 * @param ready path of a file that has the thread as one script; used when the program runs from its sources
 */
export function threadSource(beside: string, ready: string | undefined): ThreadSource {
  if (!beside.endsWith(".ts")) return { entry: new URL("./thread.cjs", beside), eval: false };
  return ready === undefined ? { entry: bundleThread(beside), eval: true } : { entry: ready, eval: false };
}

/**
 * The thread when the program runs from its sources: as one script, since loaders for TypeScript need the event loop of
 * the thread that starts them, and a worker's is blocked while a job waits for the first answer.
 * @param beside as of {@link threadSource}
 */
export function bundleThread(beside: string): string {
  const module = fileURLToPath(new URL("./thread.ts", beside));
  let text = bundles.get(module);
  if (text !== undefined) return text;
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: [module],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "silent",
    // Packages that are loaded at first use (packages.ts) are resolved from here.
    define: { "import.meta.url": JSON.stringify(beside) },
  });
  text = outputFiles[0]!.text;
  bundles.set(module, text);
  return text;
}
