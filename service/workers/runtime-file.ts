import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundledRuntime } from "./runtime-script.js";

let shared: Promise<string> | undefined;

/**
 * When running from the sources: the bundled runtime as a file for all worker processes, made once per node so that
 * each of them does not bundle it again. Undefined for the compiled program, which has it in `build/`.
 */
export async function shareRuntime(): Promise<string | undefined> {
  if (!import.meta.url.endsWith(".ts")) return undefined;
  // A test run may have bundled it for all its files.
  shared ??=
    process.env["ROJOB_RUNTIME"] === undefined ? writeRuntime() : Promise.resolve(process.env["ROJOB_RUNTIME"]);
  return shared;
}

async function writeRuntime(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "rojob-runtime-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "runtime.js");
  writeFileSync(file, await bundledRuntime());
  return file;
}
