import { execFileSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { shareBundles } from "../service/workers/bundles.js";

/**
 * Once for all files: nodes and workers are started from `build/`, which takes a quarter of the time the sources take;
 * it is compiled here when the sources have changed. Environments within a test's own process find the runtime bundled.
 */
export default async function setUp(): Promise<void> {
  // Each project asks for it.
  if (process.env.ROJOB_BUILD !== undefined) return;
  process.env.ROJOB_BUNDLES = await shareBundles();
  execFileSync(process.execPath, [inRepository("tools/build.mjs"), "--if-changed"], { stdio: "inherit" });
  process.env.ROJOB_BUILD = inRepository("build");
  findPython();
}

/** If `python3` is a script that looks for the interpreter (pyenv), the search takes most of the time of a start. */
function findPython(): void {
  try {
    const interpreter = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
    process.env.PATH = `${dirname(interpreter.trim())}${delimiter}${process.env.PATH}`;
  } catch {
    // There is none: tests that need it say so.
  }
}

function inRepository(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
