import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { joinWords } from "../../base/join-words.js";
import { nearestName } from "../../base/nearest.js";
import { readVersion } from "../../base/version.js";
import { type Target, targetNames, targets } from "../../config/deploy/targets.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, readFlags } from "../flags.js";

const flags = {
  target: { value: "T", help: "write only the files of this target; may be repeated" },
  out: { value: "DIR", help: "output folder, with a folder per target (default dist)" },
  config: { value: "FILE", help: "config file (default rojob.config.yaml, if it exists)" },
  set: {
    value: "N=V",
    help: "override the config file; may be repeated: an option of the nodes (PORT=9000) or an entry of the deployment (deploy.replicas=5, deploy.labels.team=web); rojob.config.example.yaml lists them all",
  },
} as const satisfies FlagSpecs;

const titles = joinWords(
  targetNames.map((name) => targets[name].title),
  "and",
);

/** `rojob synth`: writes the manifests of a deployment. */
export const command: Command = {
  name: "synth",
  group: "files",
  summary: `write deployment files for ${titles}`,
  usage: [`[--target ${targetNames.join("|")}] [--out DIR] [--config FILE] [--set NAME=value]`],
  about: `Writes deployment manifests for ${titles} from the config file. The first lines of
each file say how to apply, inspect and remove it. A warning names each setting that a target cannot express.`,
  flags,
  closing: `Without a source for APIKEY in the config, the key is generated once, into the file NAME.apikey; with PRIVATE,
CLUSTERKEY is generated into NAME.clusterkey.`,
  examples: ["rojob synth --target compose --out dist --set deploy.replicas=3"],

  async run(argv) {
    const { synthesize } = await import("../../synth/synthesize.js");
    const { loadDeployment } = await import("../../config/deploy/index.js");
    const { keepGenerated } = await import("../../../infra/secret-file.js");
    const { wanted, out, configFile, settings } = readArguments(argv);
    const cwd = process.cwd();
    const folder = resolve(cwd, out);
    const loaded = loadDeployment({ configFile, settings, cwd, version: readVersion() });
    const { secrets } = loaded.deploy;
    for (const secret of secrets) {
      if (keepGenerated(secret)) process.stdout.write(`${relative(cwd, secret.file!)} generated: ${secret.option}\n`);
    }
    const { files, warnings } = synthesize(loaded, wanted, folder);
    for (const warning of warnings) process.stderr.write(`rojob synth: warning: ${warning}\n`);
    for (const { path, text, isSecret } of files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { mode: isSecret ? 0o600 : 0o666 });
      process.stdout.write(`${relative(cwd, file)} written\n`);
    }
    return exitCodes.ok;
  },
};

interface SynthArguments {
  wanted: readonly Target[];
  out: string;
  configFile?: string;
  settings: string[];
}

function readArguments(argv: readonly string[]): SynthArguments {
  const given = readFlags(argv, flags);
  const [word] = given.words;
  if (word !== undefined) {
    const hint = word.includes("=") ? `; write --set ${word}` : "";
    throw new UsageError(`${JSON.stringify(word)} is not an argument of this command${hint}`);
  }
  const wanted = given.all("target");
  for (const target of wanted) {
    if ((targetNames as readonly string[]).includes(target)) continue;
    const nearest = nearestName(target, targetNames);
    const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    throw new UsageError(`--target: ${JSON.stringify(target)} must be one of ${targetNames.join(", ")}${hint}`);
  }
  return {
    wanted: given.has("target") ? (wanted as Target[]) : targetNames,
    out: given.get("out") ?? "dist",
    configFile: given.get("config"),
    settings: given.all("set"),
  };
}
