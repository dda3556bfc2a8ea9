import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

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
  });
  return outputFiles[0]!.text;
}
