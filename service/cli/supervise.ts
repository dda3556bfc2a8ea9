import { loadConfig } from "../config/index.js";
import { runSupervisor } from "../supervisor/index.js";
import { type Command, exitCodes, UsageError } from "./command.js";
import { readFlags } from "./flags.js";
import { environmentForOne, readPorts } from "./node-options.js";

/** `rojob supervise`: the process that `rojob start --detach` leaves behind; not for people. */
export const supervise: Command = {
  help: () => `Usage: rojob supervise --ports=PORT,… --work=FOLDER --log=FOLDER -- [NAME=value…]

Looks after nodes; \`rojob start --detach\` starts it.
`,

  async run(argv) {
    const flags = readFlags(argv, { ports: "value", work: "value", log: "value" } as const);
    const [ports, workFolder, log] = [flags.get("ports"), flags.get("work"), flags.get("log")];
    if (ports === undefined || workFolder === undefined || log === undefined) {
      throw new UsageError("--ports, --work and --log are needed; `rojob start --detach` is what people use");
    }
    const options = flags.words;
    const hasLog = loadConfig({ argv: options, env: environmentForOne() }).config.LOG !== undefined;
    const self = [...process.execArgv, process.argv[1]!];
    const command = (port: number): [string, string[]] => [
      process.execPath,
      [...self, "start", ...options, `PORT=${port}`, ...(hasLog ? [] : [`LOG=${log}`])],
    ];
    await runSupervisor({ workFolder, ports: readPorts(ports), log, command }, (news) => {
      // Whoever started it may have gone.
      if (process.connected) process.send!(news);
    });
    return exitCodes.ok;
  },
};
