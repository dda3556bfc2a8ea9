import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Target } from "../../../infra/targets.js";
import { nearestName } from "../../base/nearest.js";
import { readVersion } from "../../base/version.js";
import { type Command, exitCodes, UsageError } from "../command.js";

/** `rojob synth`: writes the manifests of a deployment. */
export const synth: Command = {
  help: () => `Usage: rojob synth [--target kubernetes|swarm|compose] [--out DIR] [--config FILE] [--set NAME=value]

Writes deployment manifests for Kubernetes, Docker Swarm and Docker Compose from the config file. The first lines of
each file say how to apply, inspect and remove it. A warning names each setting that a target cannot express.

  --target T    write only the files of this target; may be repeated
  --out DIR     output folder, with a folder per target (default dist)
  --config FILE config file (default rojob.config.yaml, if it exists)
  --set N=V     override the config file; may be repeated: an option of the nodes (PORT=9000) or an entry of the
                deployment (deploy.replicas=5, deploy.labels.team=web); rojob.config.example.yaml lists them all

Without a source for APIKEY in the config, the key is generated once, into the file NAME.apikey; with PRIVATE, CLUSTERKEY
is generated into NAME.clusterkey.
`,

  async run(argv) {
    const { synthesize } = await import("../../synth/synthesize.js");
    const { targets } = await import("../../../infra/targets.js");
    const { loadDeployment } = await import("../../config/deploy/index.js");
    const { keepGenerated, unreadableWarning } = await import("../../../infra/secret-file.js");
    const { wanted, out, configFile, settings } = readArguments(argv, targets);
    const cwd = process.cwd();
    const folder = resolve(cwd, out);
    const loaded = loadDeployment({ configFile, settings, cwd, version: readVersion() });
    const { secrets } = loaded.deploy;
    for (const secret of secrets) {
      if (keepGenerated(secret)) process.stdout.write(`${relative(cwd, secret.file!)} generated: ${secret.option}\n`);
    }
    const { files, warnings } = synthesize(loaded, wanted, folder);
    if (wanted.includes("compose")) {
      warnings.push(...secrets.map(unreadableWarning).filter((warning) => warning !== undefined));
    }
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

function readArguments(argv: readonly string[], targets: readonly Target[]): SynthArguments {
  const { values, positionals } = parse(argv);
  const [word] = positionals;
  if (word !== undefined) {
    const hint = word.includes("=") ? `; write --set ${word}` : "";
    throw new UsageError(`${JSON.stringify(word)} is not an argument of this command${hint}`);
  }
  for (const target of values.target ?? []) {
    if ((targets as readonly string[]).includes(target)) continue;
    const nearest = nearestName(target, targets);
    const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    throw new UsageError(`--target: ${JSON.stringify(target)} must be one of ${targets.join(", ")}${hint}`);
  }
  return {
    wanted: (values.target as Target[] | undefined) ?? targets,
    out: values.out ?? "dist",
    configFile: values.config,
    settings: values.set ?? [],
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        target: { type: "string", multiple: true },
        out: { type: "string" },
        config: { type: "string" },
        set: { type: "string", multiple: true },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
