import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiKeyFile, keptApiKey, resolveApiKey } from "../../config/api-key.js";
import { loadConfig } from "../../config/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, takeFlags } from "../flags.js";
import { environmentForOne, splitPorts } from "../node-options.js";
import { launchNotes } from "../setup/launch-notes.js";
import { pythonClient } from "../setup/python-client.js";
import { planSetup } from "../setup/setup-plan.js";
import { systemdUnit } from "../setup/systemd-unit.js";
import { wrapperScript } from "../setup/wrapper.js";
import { type FileOutcome, writeFile } from "../setup/write-file.js";
import { colorsFor, printJson, wantsJson } from "../terminal.js";

const flags = {
  force: { help: "replace them, including the API key" },
  json: { help: "the outcome for each file; also when the output is not a terminal" },
} as const satisfies FlagSpecs;
const OWNER_ONLY = 0o600;
const OWNER_RUNS = 0o700;
const ALL_READ = 0o644;
const ALL_RUN = 0o755;

/** `rojob setup`: writes the files to use and to launch nodes. */
export const command: Command = {
  name: "setup",
  group: "nodes",
  summary: "write the API key, a client and launch files into this folder",
  usage: ["[APIKEY=key] [PORTS=8787,8788] [CDISC=host:port] [NAME=value…] [--force] [--json]"],
  about: `Writes files into this folder to use and launch nodes, with the given options of \`rojob start\`:

  WORK/.rojob/apikey   the API key, given or generated; readable by its owner only
  rojob.py             the Python client, with URL and key; readable by its owner only
  rojob.sh             every command of rojob with these options; \`./rojob.sh start\` launches the nodes
  rojob@.service       a systemd unit, one instance per port
  rojob-launch.md      how to use these files, and how to start the nodes at boot

Existing files with other content are kept and reported.`,
  flags,
  examples: ["rojob setup PORTS=8787,8788"],

  async run(given) {
    const own = takeFlags(given, flags);
    const isForced = own.has("force");
    const { argv, ports: givenPorts } = splitPorts(
      own.words.map((word) => word.replace(/^(--)?ports(?==|$)/i, "$1PORT")),
    );
    const loaded = loadConfig({ argv, env: environmentForOne() });
    const { config } = loaded;
    const ports = givenPorts ?? [config.PORT];
    if (ports.includes(0))
      throw new UsageError("PORTS: 0 means any free port, which clients could not find; give a port");

    const outcomes: { file: string; outcome: FileOutcome }[] = [];
    const write = (file: string, content: string, mode: number): void => {
      outcomes.push({ file, outcome: writeFile(file, content, mode, isForced) });
    };
    if (!config.PRIVATE) outcomes.push(settleKey(config, isForced));
    const apiKey = config.PRIVATE ? undefined : keptApiKey(config.WORK);
    const plan = planSetup(loaded, ports, apiKey);
    write(join(plan.folder, "rojob.py"), pythonClient(plan), OWNER_RUNS);
    write(join(plan.folder, "rojob.sh"), wrapperScript(plan), ALL_RUN);
    write(join(plan.folder, "rojob@.service"), systemdUnit(plan), ALL_READ);
    write(join(plan.folder, "rojob-launch.md"), launchNotes(plan), ALL_READ);
    if (wantsJson(own.has("json"))) printJson(outcomes);
    else print(outcomes);
    return exitCodes.ok;
  },
};

/** The key file has the given key, else the existing one, else a new one. */
function settleKey(
  config: { APIKEY: string | undefined; PRIVATE: boolean; WORK: string },
  isForced: boolean,
): { file: string; outcome: FileOutcome } {
  const file = apiKeyFile(config.WORK);
  if (config.APIKEY === undefined) {
    const { source } = resolveApiKey(config);
    return { file, outcome: source === "generated" ? "created" : "unchanged" };
  }
  mkdirSync(dirname(file), { recursive: true });
  const outcome = writeFile(file, `${config.APIKEY}\n`, OWNER_ONLY, isForced);
  if (outcome !== "kept") return { file, outcome };
  // Clients with another key than their nodes would be useless.
  throw new Error(
    `${file}: the key differs from APIKEY; leave APIKEY out to keep the file, or replace it with --force`,
  );
}

function print(outcomes: { file: string; outcome: FileOutcome }[]): void {
  const colors = colorsFor("stdout");
  for (const { file, outcome } of outcomes) {
    const text = outcome.padEnd(10);
    const note = outcome === "kept" ? ": differs from what setup would write; --force replaces it" : "";
    process.stdout.write(`${outcome === "kept" ? colors.yellow(text) : colors.green(text)}${file}${note}\n`);
  }
  process.stdout.write("Launch the nodes with `./rojob.sh start`; see rojob-launch.md.\n");
}
