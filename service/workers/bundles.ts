import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleThread } from "../base/thread-source.js";
import { THREAD_BUNDLE } from "./io/io-client.js";
import { bundledRuntime, RUNTIME_BUNDLE } from "./runtime-script.js";

let shared: Promise<string> | undefined;

/**
 * From the sources only: a folder with the bundles for worker processes, made once per node so that not every worker
 * makes them again. Undefined for the compiled program, whose bundles are in `build/`.
 */
export async function shareBundles(): Promise<string | undefined> {
  if (!import.meta.url.endsWith(".ts") || process.env["ROJOB_BUILD"] !== undefined) return undefined;
  // A test run may have made it for all its files.
  const given = process.env["ROJOB_BUNDLES"];
  shared ??= given === undefined ? writeBundles() : Promise.resolve(given);
  return shared;
}

async function writeBundles(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "rojob-bundles-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, RUNTIME_BUNDLE), await bundledRuntime());
  writeFileSync(path.join(folder, THREAD_BUNDLE), bundleThread(new URL("./io/io-client.ts", import.meta.url).href));
  return folder;
}
