import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Target } from "../../../infra/deploy-target.js";
import { keepGenerated } from "../../../infra/secret-file.js";
import { loadDeployment } from "../../../service/config/deploy/index.js";
import { synthesize } from "../../../service/synth/synthesize.js";
import type { Engine } from "./engine.js";
import { images } from "./images.js";

/** The files of a target in a folder of their own. */
export interface Scene {
  /** Of the files. */
  folder: string;
  key: string;
}

/** Writes what `rojob synth` writes for a target, with the images that were built here. */
export function writeScene(engine: Engine, target: Target, config: string, settings: string[] = []): Scene {
  const cwd = join(engine.folder, `scene-${target}`);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "rojob.config.yaml"), config);
  const loaded = loadDeployment({
    settings: [`deploy.tag=${images.node.split(":")[1]}`, ...settings],
    cwd,
    version: "0",
  });
  const [secret] = loaded.deploy.secrets;
  keepGenerated(secret!);
  for (const { path, text } of synthesize(loaded, [target], cwd).files) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  return { folder: join(cwd, target), key: readFileSync(secret!.file!, "utf8") };
}
