import { setTimeout as pause } from "node:timers/promises";
import { RoJobClient, RoJobError } from "../client/index.js";
import { type Command, exitCodes } from "./command.js";
import { excludeEachOther } from "./flags.js";
import { asking, nodeAccess } from "./node-access.js";
import { nodeFlags, nodeFlagsHelp } from "./node-flags.js";
import { startProgress } from "./progress.js";
import { printJson, wantsJson } from "./terminal.js";
import { findWorkNodes, readWorkFlags } from "./work-nodes.js";

const flagKinds = { ...nodeFlags, now: "none", cluster: "none" } as const;
const LOOK_MS = 100;
/** With --now: time between one signal and the next, and after how many of them a process is killed, ms. */
const SIGNAL_MS = 300;
const SIGNALS = 10;

/** `rojob stop`: the nodes of this work folder, or others by their URL. */
export const stop: Command = {
  help: () => `Usage: rojob stop [--now] [WORK=folder] [--json]
       rojob stop --url URL [--key KEY]
       rojob stop --cluster [--url URL] [--key KEY]

Stops the nodes of the work folder that run on this machine, and waits until they have ended. They take nothing new and
let their runs finish within KILLGRACE. The exit code is 3 if there is none.

  --now         lets no run finish
  --cluster     stops all nodes of the cluster
  --json        what was stopped as a list of URLs; also when a program reads the output
${nodeFlagsHelp}
`,

  async run(argv) {
    const { flags, here } = readWorkFlags(argv, flagKinds);
    excludeEachOther(flags, "now", "url");
    excludeEachOther(flags, "now", "cluster");
    if (flags.has("url") || flags.has("cluster")) {
      const node = await nodeAccess(flags);
      const urls = await asking(node, () => stopAsked(node.client, node.url, node.apiKey, flags.has("cluster")));
      return report(urls, flags.has("json"));
    }
    const urls = await stopHere(here.config.WORK, here.apiKey(), flags.has("now"));
    if (urls.length > 0) return report(urls, flags.has("json"));
    process.stderr.write(`rojob stop: no node of ${here.config.WORK} runs on this machine\n`);
    return exitCodes.absent;
  },
};

/**
 * Stops what runs in a work folder on this machine and waits for its end.
 * @returns URLs of the nodes that were stopped
 */
export async function stopHere(workFolder: string, apiKey: string | undefined, isNow: boolean): Promise<string[]> {
  const { supervisor, alone } = findWorkNodes(workFolder);
  const processes = [...(supervisor === undefined ? [] : [supervisor.pid]), ...alone.map(({ pid }) => pid)];
  const urls = [...(supervisor?.nodes.flatMap(({ url }) => url ?? []) ?? []), ...alone.map(({ url }) => url)];
  if (!isNow) for (const url of urls) await tellWhatIsWaitedFor(url, apiKey);
  const progress = startProgress(`waits for the end of ${urls.join(", ")}`);
  try {
    await Promise.all(processes.map((pid) => end(pid, isNow)));
  } finally {
    progress.end();
  }
  return urls;
}

/** Asks a node to stop, and waits until it answers no more. */
async function stopAsked(
  client: RoJobClient,
  url: string,
  apiKey: string | undefined,
  isCluster: boolean,
): Promise<string[]> {
  const urls = isCluster
    ? (await client.nodes())
        .filter(({ state }) => state === "alive")
        .map(({ host, port, isSelf }) => (isSelf ? url : `http://${host.includes(":") ? `[${host}]` : host}:${port}`))
    : [url];
  await tellWhatIsWaitedFor(url, apiKey);
  await (isCluster ? client.stopAll() : client.stop());
  const progress = startProgress(`waits for the end of ${urls.join(", ")}`);
  try {
    for (const each of urls) {
      const node = new RoJobClient({ url: each });
      while ((await node.health()).alive) await pause(LOOK_MS);
    }
  } finally {
    progress.end();
  }
  return urls;
}

async function tellWhatIsWaitedFor(url: string, apiKey: string | undefined): Promise<void> {
  try {
    const nodes = await new RoJobClient({ url, apiKey, retry: { times: 0 } }).nodes({
      signal: AbortSignal.timeout(2000),
    });
    const runs = nodes.find(({ isSelf }) => isSelf)?.runs ?? [];
    if (runs.length === 0) return;
    const what = runs.length === 1 ? "a run" : `${runs.length} runs`;
    process.stderr.write(`${url} lets ${what} finish within its KILLGRACE (--now does not): ${runs.join(", ")}\n`);
  } catch (error) {
    // One that does not answer is stopped all the same.
    if (!(error instanceof RoJobError) && (error as Error).name !== "TimeoutError") throw error;
  }
}

/** Signals a process of which it is known that it is one of ours, until it has ended. */
async function end(pid: number, isNow: boolean): Promise<void> {
  for (let signals = 0; signal(pid, signals === 0 ? "SIGTERM" : 0); signals++) {
    if (!isNow) await pause(LOOK_MS);
    else {
      await pause(SIGNAL_MS);
      signal(pid, signals < SIGNALS ? "SIGTERM" : "SIGKILL");
    }
  }
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

function report(urls: string[], isJson: boolean): number {
  if (wantsJson(isJson)) printJson(urls);
  else for (const url of urls) process.stdout.write(`${url} has stopped\n`);
  return exitCodes.ok;
}
