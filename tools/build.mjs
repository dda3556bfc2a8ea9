/** Compiles the program into `build/`: the service by tsc, the runtime as one script. `node tools/build.mjs` */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
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
const command = join(build, "service", "cli", "main.js");
chmodSync(command, 0o755);

// npm links the commands of packages a project depends on, not its own: without this `npx rojob` in a clone would look
// for a package of that name in the registry.
const commands = join(root, "node_modules", ".bin");
rmSync(join(commands, "rojob"), { force: true });
symlinkSync(relative(commands, command), join(commands, "rojob"));
