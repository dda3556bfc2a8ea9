import { setTimeout as pause } from "node:timers/promises";
import { readSupervisor, type SupervisorState } from "../../supervisor/index.js";
import { type Command, exitCodes } from "../command.js";
import { type FlagSpecs, takeFlags } from "../flags.js";
import { findLocalNode } from "../local-node.js";
import { splitPorts } from "../node-options.js";
import { startProgress } from "../progress.js";
import { startDetached } from "../start-detached.js";
import { stopLocalNodes } from "../stop-nodes.js";
import { printJson, wantsJson } from "../terminal.js";

const flags = {
  json: { help: "the restarted nodes as JSON; also when the output is not a terminal" },
} as const satisfies FlagSpecs;
const LOOK_MS = 100;

/** `rojob restart`: restarts the nodes of this work folder. */
export const command: Command = {
  name: "restart",
  group: "nodes",
  summary: "restart background nodes",
  usage: ["[PORT=8787,8788] [NAME=value…] [--json]"],
  about: `Restarts the nodes of \`rojob start --detach\` one after the other, so that the others keep serving; the runs of each
may finish within KILLGRACE. The nodes keep the options they were started with and read the config file again.

With options other than WORK, or if no node is running, the command stops all nodes and starts them with these options,
like \`rojob start --detach\`.`,
  flags,
  examples: ["rojob restart", "rojob restart PORT=8787,8788 WORKERS=4"],

  async run(given) {
    const own = takeFlags(given, flags);
    const argv = own.words;
    const isJson = own.has("json");
    const here = findLocalNode(splitPorts(argv).argv);
    const { WORK } = here.config;
    const isPlain = argv.every((word) => /^(?:--)?work=/i.test(word));
    const supervisor = readSupervisor(WORK);
    if (!isPlain || supervisor === undefined) {
      await stopLocalNodes(WORK, here.apiKey(), false);
      return startDetached(argv, isJson);
    }
    const progress = startProgress("restarting the nodes");
    const outcome = await restartNodes(WORK, supervisor, (url) => {
      progress.state = `restarting ${url}`;
    }).finally(() => progress.end());
    if (typeof outcome === "string") {
      for (const line of outcome.split("\n")) process.stderr.write(`rojob restart: ${line}\n`);
      return exitCodes.failed;
    }
    if (wantsJson(isJson)) printJson(outcome);
    else for (const { url } of outcome.nodes) process.stdout.write(`READY ${url}\n`);
    return exitCodes.ok;
  },
};

/** Asks the supervisor for a restart and waits for its end; returns what runs then, or why a node did not come back. */
async function restartNodes(
  workFolder: string,
  before: SupervisorState,
  onNode: (url: string) => void,
): Promise<SupervisorState | string> {
  // A supervisor of a version without this field never reports that it has restarted its nodes.
  if (before.restartsDone === undefined) {
    return `the supervisor (process ${before.pid}) has an earlier version: run \`rojob stop\`, then \`rojob start --detach\` with its options`;
  }
  const old = new Map(before.nodes.map(({ port, pid }) => [port, pid]));
  try {
    process.kill(before.pid, "SIGHUP");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    return "the supervisor has exited";
  }
  for (;;) {
    await pause(LOOK_MS);
    const now = readSupervisor(workFolder);
    if (now === undefined) return "the supervisor has exited";
    if ((now.restartsDone ?? 0) > before.restartsDone && !now.isRestarting) {
      const missing = now.nodes.find(({ state }) => state !== "ready");
      if (missing === undefined) return now;
      return missing.state === "waiting"
        ? `${missing.url} did not restart; the supervisor keeps trying: ${missing.lastEnd}`
        : `${missing.url} is ${missing.state}: it was stopped during the restart`;
    }
    const next = now.nodes.find(({ port, pid, state }) => state !== "ready" || pid === old.get(port));
    if (next !== undefined) onNode(next.url ?? "");
  }
}
