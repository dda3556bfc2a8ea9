import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { targets } from "../infra/deploy-target.js";
import { loadDeployment } from "../service/config/deploy/index.js";
import { synthesize } from "../service/synth/synthesize.js";

/**
 * The sample deployments: for each folder of `docs/samples` the output of `rojob synth` for its config file.
 * @param root of the repository
 * @returns path from the root → text
 */
export function samples(root: string): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const folder = "docs/samples";
  const names = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries(
    names.flatMap(({ name }) => {
      const cwd = join(root, folder, name);
      const { files } = synthesize(loadDeployment({ settings: [], cwd, version }), targets, join(cwd, "dist"));
      return files.map(({ path, text }) => [`${folder}/${name}/${path}`, text]);
    }),
  );
}
