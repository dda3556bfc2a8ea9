import { type Command, UsageError } from "../command.js";
import { readFlags, readPairs } from "../flags.js";
import { readRunSettings, runFlags } from "../run-request.js";

/** `rojob run`: one run of a job of the node's run folder. */
export const command: Command = {
  name: "run",
  group: "runs",
  summary: "run a job of the node's run folder",
  usage: ["NAME [k=v…] [--url URL] [--key KEY] [--timeout MS] [--async | --wait S] …"],
  about:
    "Runs a job of the node's run folder and prints its result map as JSON. The exit code is 0 only if the run succeeded.",
  terms: {
    NAME: "path of the job below the run folder, such as rojob/echo.yaml",
    "k=v": "job argument; values are strings",
  },
  flags: runFlags,
  examples: ["rojob run rojob/echo.yaml message=hello"],

  async run(argv) {
    const flags = readFlags(argv, runFlags, " (everything after -- is a job argument)");
    const [name, ...pairs] = flags.words;
    if (name === undefined) throw new UsageError("NAME is missing: the path of a job below the run folder");
    const args = readPairs(pairs);
    const settings = readRunSettings(flags);
    const [{ nodeAccess }, { runOnNode }] = await Promise.all([
      import("../node-access.js"),
      import("../run-on-node.js"),
    ]);
    return runOnNode(await nodeAccess(flags), { run: name }, args, settings, { command: "run" });
  },
};
