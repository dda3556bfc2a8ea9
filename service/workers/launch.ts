import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FRAME_FD, REQUEST_FD } from "./protocol.js";

/** A test run that has compiled the program names the folder: workers start faster than from the sources. */
const build = process.env["ROJOB_BUILD"];
const isFromSource = import.meta.url.endsWith(".ts") && build === undefined;
const childFile = isFromSource
  ? fileURLToPath(new URL("./child.ts", import.meta.url))
  : build === undefined
    ? fileURLToPath(new URL("./child.cjs", import.meta.url))
    : path.join(build, "service", "workers", "child.cjs");

/**
 * Variables of the worker process itself. Those of the jobs come by the channel: code that gets out of its environment
 * still sees none of them here, and there is little to compare after each run.
 */
const OWN_VARIABLES = ["PATH", "HOME", "TZ", "LANG", "LC_ALL", "TMPDIR", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];

/** Size of a semi-space of V8's young generation, MB; there are three of them. */
const SEMI_SPACE_MB = 16;

/** A worker process and the ends of its channels. */
export interface Launched {
  process: ChildProcess;
  requests: Writable;
  frames: Readable;
}

/**
 * Starts a worker process, as the leader of a process group of its own.
 * @param jobMemoryMb limit of its JavaScript heap
 * @param marks variables that identify its processes
 * @param bundles folder of {@link shareBundles}
 * @param subreaper words of `subreaperWords`
 */
export function launchWorker(
  jobMemoryMb: number,
  marks: Record<string, string>,
  bundles: string | undefined,
  subreaper: readonly string[],
): Launched {
  const env: Record<string, string> = { ...marks };
  for (const name of OWN_VARIABLES) if (process.env[name] !== undefined) env[name] = process.env[name];
  if (bundles !== undefined) env["ROJOB_BUNDLES"] = bundles;
  const command = [...subreaper, process.execPath, ...nodeFlags(jobMemoryMb), ...loaderFlags(), childFile];
  const child = spawn(command[0]!, command.slice(1), {
    // A folder that surely exists and stays: jobs get theirs per run.
    cwd: "/",
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  return {
    process: child,
    requests: child.stdio[REQUEST_FD] as Writable,
    frames: child.stdio[FRAME_FD] as Readable,
  };
}

function nodeFlags(jobMemoryMb: number): string[] {
  return [
    `--max-old-space-size=${jobMemoryMb}`,
    // V8's own size differs from version to version, 48 to 192 MB for the young generation; JOBMEMORY means the same in
    // all.
    `--max-semi-space-size=${SEMI_SPACE_MB}`,
    // This flag allows the own answer to import() in job code (host/code.ts); its warning would be in every crash
    // report.
    "--experimental-vm-modules",
    "--no-warnings",
    // The worker's own realm makes no code from texts. Environments have their own setting.
    "--disallow-code-generation-from-strings",
  ];
}

/** The sources need the loader for TypeScript, also where this process got it in another way (vitest). */
function loaderFlags(): string[] {
  if (!isFromSource) return [];
  return ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href];
}
