import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Name of the bundled I/O thread in the folder of bundles. */
export const THREAD_BUNDLE = "io-thread.cjs";

/**
 * The I/O thread when the program runs from its sources: as one script, since loaders for TypeScript need the event loop
 * of the thread that starts them, and a worker's stands still while a job waits for the first answer.
 */
export function bundleThread(): string {
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("./thread.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "silent",
    // Packages that are loaded when they are first needed (packages.ts) are looked for from here.
    define: { "import.meta.url": JSON.stringify(import.meta.url) },
  });
  return outputFiles[0]!.text;
}

/** What to start as the I/O thread: a file, or a script to evaluate. */
export function threadSource(): { entry: string | URL; eval: boolean } {
  if (!import.meta.url.endsWith(".ts")) return { entry: new URL("./thread.js", import.meta.url), eval: false };
  // A worker process finds it bundled by its node (workers/bundles.ts).
  const bundles = process.env["ROJOB_BUNDLES"];
  if (bundles !== undefined) return { entry: path.join(bundles, THREAD_BUNDLE), eval: false };
  return { entry: bundleThread(), eval: true };
}
