import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

let bundle: string | undefined;

/** What to start as a parse thread: a file, or a script to evaluate when the program runs from its sources. */
export function threadSource(): { entry: string | URL; eval: boolean } {
  if (!import.meta.url.endsWith(".ts")) return { entry: new URL("./thread.js", import.meta.url), eval: false };
  // A test run that has compiled the program gives the folder.
  const build = process.env["ROJOB_BUILD"];
  if (build !== undefined) {
    return { entry: pathToFileURL(path.join(build, "service", "http", "large", "thread.js")), eval: false };
  }
  bundle ??= bundleThread();
  return { entry: bundle, eval: true };
}

function bundleThread(): string {
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
