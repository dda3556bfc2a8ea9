/**
 * Compiles the program into `build/`: the service by tsc, the runtime as one script, the command line as a few files.
 * `node tools/build.mjs`
 *
 * With `--if-changed` does nothing when `build/` comes from these very sources; concurrent calls wait for each other.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bundleProgram, isChunk } from "./program-bundle.mjs";
import { bundleRuntime } from "./runtime-bundle.mjs";
import { licences } from "./third-party.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const build = join(root, "build");
/** All inputs of the compiled program. */
const sources = ["service", "infra", "swarm", "compose", "tools", "package-lock.json", "package.json"];
const settings = ["tsconfig.json", "tsconfig.build.json"];
/** Outside of `build/`, which is published: the inputs of `build/`, and the process that builds it now. */
const notes = join(root, "node_modules", ".cache", "rojob-build");
const stamp = join(notes, "sources.sha256");
const lock = join(notes, "lock");
/** The compiler's cache: a change costs a fifth of the whole. */
const compiled = join(notes, "tsc.json");
const program = join(build, "service", "cli", "main.js");

if (process.argv.includes("--if-changed")) await alone(() => (isCurrent() ? undefined : compile()));
else await compile();

async function compile() {
  const digest = digestOfSources();
  rmSync(stamp, { force: true });
  mkdirSync(build, { recursive: true });
  // V8 recognises a code cache of another script by its length only.
  for (const name of readdirSync(build)) if (/^runtime\.js\..*\.cache$/.test(name)) rmSync(join(build, name));
  writeFileSync(join(build, "runtime.js"), await bundleRuntime());
  mkdirSync(notes, { recursive: true });
  // The compiler does not check whether its output still exists.
  if (!existsSync(program)) rmSync(compiled, { force: true });
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const argv = ["-p", join(root, "tsconfig.build.json"), "--incremental", "--tsBuildInfoFile", compiled];
  execFileSync(process.execPath, [tsc, ...argv], { stdio: "inherit" });
  await bundleProgram(build);
  chmodSync(program, 0o755);
  removeStale();
  writeFileSync(join(build, "THIRD-PARTY.txt"), licences(root, bundles()));
  writeFileSync(stamp, digest);
}

/** The texts that packages were compiled into. */
function bundles() {
  const files = readdirSync(build, { recursive: true }).filter((name) =>
    /\.cjs$|^runtime\.js$|^service.cli.(main|chunk-[^/]*)\.js$/.test(name),
  );
  return files.map((file) => readFileSync(join(build, file), "utf8"));
}

/** Output of a removed module would be published. */
function removeStale() {
  for (const name of readdirSync(build, { recursive: true })) {
    const source = name.replace(/(\.d\.ts|\.js)$/, ".ts");
    if (source === name || source === "runtime.ts" || isChunk(basename(name))) continue;
    if (!existsSync(join(root, source))) rmSync(join(build, name));
  }
}

function isCurrent() {
  const made = existsSync(program) && existsSync(join(build, "runtime.js"));
  return made && existsSync(stamp) && readFileSync(stamp, "utf8") === digestOfSources();
}

function digestOfSources() {
  const hash = createHash("sha256");
  for (const name of [...sources, ...settings]) {
    const path = join(root, name);
    const files = statSync(path).isFile() ? [""] : readdirSync(path, { recursive: true }).sort();
    for (const file of files) {
      const at = join(path, file);
      if (statSync(at).isFile()) hash.update(`${name}/${file}\0`).update(readFileSync(at)).update("\0");
    }
  }
  return hash.digest("hex");
}

/** Does the work while no other process does; a dead process does not count. */
async function alone(work) {
  mkdirSync(notes, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!(await holderLives())) rmSync(lock, { force: true });
      await pause(100);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

async function holderLives() {
  try {
    const pid = readFileSync(lock, "utf8");
    // Just created, and not written yet.
    if (pid === "") return true;
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
