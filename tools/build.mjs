/** Compiles the program into `build/`: the service by tsc, the runtime as one script. `node tools/build.mjs` */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleRuntime } from "./runtime-bundle.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const build = join(root, "build");
mkdirSync(build, { recursive: true });
// V8 tells a code cache of another script by its length only.
for (const name of readdirSync(build)) if (/^runtime\.js\..*\.cache$/.test(name)) rmSync(join(build, name));
writeFileSync(join(build, "runtime.js"), await bundleRuntime());
execFileSync(
  process.execPath,
  [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", join(root, "tsconfig.build.json")],
  { stdio: "inherit" },
);
chmodSync(join(build, "service", "cli", "main.js"), 0o755);
