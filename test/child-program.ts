import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const repository = fileURLToPath(new URL("..", import.meta.url));
/** Within the repository, where packages are found. */
const folder = join(repository, "node_modules", ".cache", "rojob-tests");

/**
 * A module of the tests as a script for a process of its own. It uses the compiled program (global-setup.ts): with a
 * loader for TypeScript the process would take a second of processor time more to start.
 * @param module path of the module
 * @returns path of the script
 */
export async function childProgram(module: string): Promise<string> {
  const program = process.env.ROJOB_BUILD!;
  const { outputFiles } = await build({
    entryPoints: [module],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    plugins: [
      {
        name: "compiled-program",
        setup({ onResolve }) {
          onResolve({ filter: /\/service\/.*\.js$/ }, ({ path }) => ({
            path: join(program, path.slice(path.indexOf("/service/"))),
            external: true,
          }));
          onResolve({ filter: /^vitest$/ }, () => ({ path: "vitest", external: true, sideEffects: false }));
        },
      },
    ],
  });
  const text = outputFiles[0]!.text;
  const file = join(folder, `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.mjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
