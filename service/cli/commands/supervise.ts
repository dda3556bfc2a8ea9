import { loadConfig } from "../../config/index.js";
import { runSupervisor } from "../../supervisor/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, readFlags } from "../flags.js";
import { environmentForOne, readPorts } from "../node-options.js";

const specs = {
  ports: { value: "PORT,…" },
  work: { value: "FOLDER" },
  log: { value: "FOLDER" },
} as const satisfies FlagSpecs;

/** Longest time that a stopping node needs besides KILLGRACE, ms: it sends its leave messages and hands its waiting runs over. */
const LAST_STEPS_MS = 30_000;

/** `rojob supervise`: the background process that `rojob start --detach` starts; users do not call it. */
export const command: Command = {
  name: "supervise",
  summary: "look after nodes",
  usage: ["--ports=PORT,… --work=FOLDER --log=FOLDER -- [NAME=value…]"],
  about: "Supervises nodes; `rojob start --detach` starts it.",
  flags: specs,
  examples: [],

  async run(argv) {
    const flags = readFlags(argv, specs);
    const [ports, workFolder, log] = [flags.get("ports"), flags.get("work"), flags.get("log")];
    if (ports === undefined || workFolder === undefined || log === undefined) {
      throw new UsageError("--ports, --work and --log are required; use `rojob start --detach` instead");
    }
    const options = flags.words;
    const hasLog = loadConfig({ argv: options, env: environmentForOne() }).config.LOG !== undefined;
    // Read as the node reads it when it starts; a node that refuses its options exits soon.
    const stopLimitMs = (): number | undefined => {
      try {
        return loadConfig({ argv: options, env: environmentForOne() }).config.KILLGRACE + LAST_STEPS_MS;
      } catch {
        return undefined;
      }
    };
    const self = [...process.execArgv, process.argv[1]!];
    const command = (port: number): [string, string[]] => [
      process.execPath,
      [...self, "start", ...options, `PORT=${port}`, ...(hasLog ? [] : [`LOG=${log}`])],
    ];
    await runSupervisor({ workFolder, ports: readPorts(ports), log, command, stopLimitMs }, (news) => {
      // The process that started this one may have exited.
      if (process.connected) process.send!(news);
    });
    return exitCodes.ok;
  },
};
