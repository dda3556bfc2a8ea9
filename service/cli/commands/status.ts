import { type NodeLoad, RoJobClient, RoJobError } from "../../client/index.js";
import { type Command, exitCodes } from "../command.js";
import type { FlagSpecs } from "../flags.js";
import type { Column } from "../table.js";
import { colorsFor, printJson, showTable, wantsJson } from "../terminal.js";
import { durationText } from "../times.js";
import { findWorkNodes, readWorkFlags } from "../work-nodes.js";

const specs = {
  json: { help: "all fields of each node, as a list; also when the output is not a terminal" },
} as const satisfies FlagSpecs;

/** Longest time for a node to report its state, ms. */
const ANSWER_MS = 3000;

interface NodeStatus {
  url: string;
  /** `ready`; `busy`: it answers, but takes no runs; `silent`: it does not answer; else the state its supervisor reports. */
  state: "ready" | "busy" | "silent" | "starting" | "waiting" | "stopping" | "stopped";
  /** Why it is not ready. */
  reason?: string;
  /** Undefined on another machine. */
  pid?: number;
  /** ms. */
  uptimeMs?: number;
  isSupervised: boolean;
  /** Number of restarts after its process had died. */
  restarts?: number;
  load?: NodeLoad;
  version?: string;
}

/** `rojob status`: the state of the nodes of this work folder. */
export const command: Command = {
  name: "status",
  group: "nodes",
  summary: "show the nodes of the work folder",
  usage: ["[WORK=folder] [--json]"],
  about: `Shows the nodes of the work folder: state, processes and load. The exit code is 0 if all are ready, 1 if one is not, and
3 if there is no node.`,
  flags: specs,
  examples: ["rojob status"],

  async run(argv) {
    const { flags, here } = readWorkFlags(argv, specs);
    const { WORK } = here.config;
    const { supervisor, unsupervised, remote } = findWorkNodes(WORK);
    const apiKey = here.apiKey();
    const now = Date.now();
    const found = await Promise.all([
      ...(supervisor?.nodes ?? []).map(async ({ url, port, state, pid, startedAt, restarts, lastEnd }) => {
        const uptimeMs = startedAt === undefined ? undefined : now - startedAt;
        const known = { url: url ?? `port ${port}`, pid, uptimeMs, restarts, isSupervised: true };
        if (state !== "ready") return { ...known, state, reason: lastEnd } satisfies NodeStatus;
        return { ...known, ...(await ask(known.url, apiKey)) };
      }),
      ...[...unsupervised, ...remote].map(async ({ url, pid, startedAt, isHere }) => {
        const known = { url, isSupervised: false, ...(isHere && { pid, uptimeMs: now - startedAt }) };
        return { ...known, ...(await ask(url, apiKey)) };
      }),
    ]);
    if (wantsJson(flags.has("json"))) printJson(found);
    else if (found.length > 0) {
      await showTable(columns(), found);
      for (const { url, reason } of found) if (reason !== undefined) process.stdout.write(`${url}: ${reason}\n`);
    }
    if (found.length > 0) return found.every(({ state }) => state === "ready") ? exitCodes.ok : exitCodes.failed;
    process.stderr.write(`rojob status: no node of ${WORK} is running\n`);
    return exitCodes.absent;
  },
};

async function ask(
  url: string,
  apiKey: string | undefined,
): Promise<Pick<NodeStatus, "state" | "reason" | "load" | "version">> {
  const client = new RoJobClient({ url, apiKey, retry: { times: 0 } });
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    const { alive, ready, reason } = await client.health({ signal });
    if (!alive) return { state: "silent", reason };
    if (!ready) return { state: "busy", reason };
    const self = (await client.nodes({ signal })).find(({ isSelf }) => isSelf);
    return { state: "ready", load: self?.load, version: self?.version };
  } catch (error) {
    if (error instanceof RoJobError) return { state: "ready", reason: error.message };
    if ((error as Error).name === "TimeoutError") return { state: "silent", reason: `no reply within ${ANSWER_MS} ms` };
    throw error;
  }
}

function columns(): Column<NodeStatus>[] {
  const colors = colorsFor("stdout");
  const number = (title: string, of: (node: NodeStatus) => number | undefined): Column<NodeStatus> => ({
    title,
    text: (node) => String(of(node) ?? "-"),
    isRight: true,
  });
  return [
    { title: "NODE", text: ({ url }) => url },
    { title: "STATE", text: ({ state }) => (state === "ready" ? colors.green : colors.red)(state) },
    number("PID", ({ pid }) => pid),
    {
      title: "UP",
      text: ({ uptimeMs }) => (uptimeMs === undefined ? "-" : durationText(Math.max(0, uptimeMs))),
      isRight: true,
    },
    number("RUNNING", ({ load }) => load?.running),
    number("WAITING", ({ load }) => load?.waiting),
    number("FREE", ({ load }) => load?.free),
    number("RESTARTS", ({ restarts }) => restarts),
  ];
}
