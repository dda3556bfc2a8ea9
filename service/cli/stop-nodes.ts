import { setTimeout as pause } from "node:timers/promises";
import { type ClusterNode, RoJobClient, RoJobError } from "../client/index.js";
import type { NodeAccess } from "./node-access.js";
import { startProgress } from "./progress.js";
import { findWorkNodes } from "./work-nodes.js";

const LOOK_MS = 100;
/** With --now: time between two signals, ms, and the number of signals after which a process is killed. */
const SIGNAL_MS = 300;
const SIGNALS = 10;

/**
 * Stops the nodes and the supervisor of a work folder on this machine and waits until they have ended.
 * @returns URLs of the nodes that were stopped
 */
export async function stopLocalNodes(
  workFolder: string,
  apiKey: string | undefined,
  isNow: boolean,
): Promise<string[]> {
  const { supervisor, unsupervised } = findWorkNodes(workFolder);
  const processes = [...(supervisor === undefined ? [] : [supervisor.pid]), ...unsupervised.map(({ pid }) => pid)];
  const urls = [...(supervisor?.nodes.flatMap(({ url }) => url ?? []) ?? []), ...unsupervised.map(({ url }) => url)];
  if (!isNow) for (const url of urls) await showRemainingRuns(url, apiKey);
  const progress = startProgress(`waiting for ${urls.join(", ")} to stop`);
  try {
    await Promise.all(processes.map((pid) => end(pid, isNow)));
  } finally {
    progress.end();
  }
  return urls;
}

/**
 * Asks a node to stop, or through it all nodes of its cluster, and waits until they stop answering.
 * @returns URLs of the nodes that have stopped, and of those that could not be asked, with the reason
 */
export async function stopByUrl(
  { client, url, apiKey }: NodeAccess,
  isCluster: boolean,
): Promise<{ urls: string[]; failed: { node: string; reason: string }[] }> {
  const others = isCluster ? (await client.nodes()).filter(({ isSelf, state }) => !isSelf && state === "alive") : [];
  for (const each of [url, ...others.map(urlOf)]) await showRemainingRuns(each, apiKey);
  const failed = isCluster ? await client.stopAll() : [];
  if (!isCluster) await client.stop();
  const wasAsked = (node: ClusterNode): boolean =>
    failed.every((one) => one.node !== urlOf(node).replace("http://", ""));
  const urls = [url, ...others.filter(wasAsked).map(urlOf)];
  const progress = startProgress(`waiting for ${urls.join(", ")} to stop`);
  try {
    for (const each of urls) {
      const node = new RoJobClient({ url: each });
      while ((await node.health()).alive) await pause(LOOK_MS);
    }
  } finally {
    progress.end();
  }
  return { urls, failed };
}

function urlOf({ host, port }: ClusterNode): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function showRemainingRuns(url: string, apiKey: string | undefined): Promise<void> {
  try {
    const nodes = await new RoJobClient({ url, apiKey, retry: { times: 0 } }).nodes({
      signal: AbortSignal.timeout(2000),
    });
    const runs = nodes.find(({ isSelf }) => isSelf)?.runs ?? [];
    if (runs.length === 0) return;
    const what = runs.length === 1 ? "a run" : `${runs.length} runs`;
    process.stderr.write(`${url}: ${what} may finish within KILLGRACE (--now does not wait): ${runs.join(", ")}\n`);
  } catch (error) {
    // A node that does not answer is stopped, too.
    if (!(error instanceof RoJobError) && (error as Error).name !== "TimeoutError") throw error;
  }
}

/** Sends signals to a process until it has ended. The caller knows that it is a process of rojob. */
async function end(pid: number, isNow: boolean): Promise<void> {
  for (let signals = 0; signal(pid, signals === 0 ? "SIGTERM" : 0); signals++) {
    if (!isNow) await pause(LOOK_MS);
    else {
      await pause(SIGNAL_MS);
      signal(pid, signals < SIGNALS ? "SIGTERM" : "SIGKILL");
    }
  }
}

/** Sends a signal; false when the process has ended. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
