import { parseArgs } from "node:util";
import { ConfigError } from "../service/config/errors.js";
import { nearestName } from "../service/config/nearest.js";
import { type Target, targets } from "./synthesize.js";

/** What `npm run synth` is asked for. */
export interface SynthArguments {
  targets: readonly Target[];
  /** Folder of the targets' folders. */
  out: string;
  configFile?: string;
  settings: string[];
  isHelp: boolean;
}

export const usage = `Usage: npm run synth -- [--target kubernetes|swarm|compose] [--out DIR] [--config FILE] [--set NAME=value]

Writes the manifests of a deployment from the config file (rojob.config.yaml, if there is one) into DIR (dist).
--target may be repeated; without it all three are written. --set goes before the config file and may be repeated: an
option of the nodes (PORT=9000) or an entry of the deployment (deploy.replicas=5); rojob.config.example.yaml has them all.
`;

/** @throws ConfigError when an argument is not known */
export function readSynthArguments(argv: readonly string[]): SynthArguments {
  const { values, positionals } = parse(argv);
  const problems = positionals.map((text) => `${JSON.stringify(text)} is not an option of synth; see --help`);
  for (const target of values.target ?? []) {
    if ((targets as readonly string[]).includes(target)) continue;
    const nearest = nearestName(target, targets);
    const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    problems.push(`--target: ${JSON.stringify(target)} must be one of ${targets.join(", ")}${hint}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    targets: (values.target as Target[] | undefined) ?? targets,
    out: values.out ?? "dist",
    configFile: values.config,
    settings: values.set ?? [],
    isHelp: values.help === true,
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
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new ConfigError([(error as Error).message]);
  }
}
