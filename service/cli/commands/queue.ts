import type { QueueState } from "../../client/index.js";
import { RoJobError } from "../../client/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, type ReadFlags, readFlags, refuseWords } from "../flags.js";
import { callNode, type NodeAccess, nodeAccess } from "../node-access.js";
import { nodeFlags } from "../node-flags.js";
import { isTerminal, printJson, wantsJson } from "../terminal.js";
import { durationText } from "../times.js";
import { command as runs } from "./runs.js";

const specs = {
  all: {},
  dead: {},
  yes: { help: "do not ask" },
  json: { help: "as JSON, also when the output is not a terminal" },
  ...nodeFlags,
} as const satisfies FlagSpecs;
type Flags = ReadFlags<typeof specs>;

/** Runs that need an operator's decision. */
const DEAD = ["failed", "interrupted"] as const;

/** `rojob queue`: the queue of asynchronous runs. */
export const command: Command = {
  name: "queue",
  group: "runs",
  summary: "show and manage the queue of runs",
  usage: ["[--json]", "list [--dead] [--json]", "retry UUID… | --all", "purge [--dead] [--yes]"],
  about: `Shows the queue of asynchronous runs and its length; lists its runs; resubmits failed and interrupted runs; kills all
waiting runs.`,
  terms: {
    list: "list waiting and running runs; with --dead, failed and interrupted ones",
    retry: "resubmit failed or interrupted runs as new runs; --all: all that are kept (needs QUEUECH)",
    purge: "kill all waiting runs; with --dead, remove failed and interrupted ones. Asks first",
  },
  flags: specs,
  examples: ["rojob queue", "rojob queue list --dead", "rojob queue retry --all"],

  async run(argv) {
    const [verb, ...rest] = argv[0] === undefined || argv[0].startsWith("-") ? ["show", ...argv] : argv;
    if (verb === "list") return list(rest);
    const flags = readFlags(rest, specs);
    switch (verb) {
      case "show":
        refuseWords(flags.words);
        return show(await nodeAccess(flags), flags);
      case "retry":
        return retry(flags);
      case "purge":
        refuseWords(flags.words);
        return purge(flags);
      default:
        throw new UsageError(`${JSON.stringify(verb)} is not a subcommand of queue; use list, retry or purge`);
    }
  },
};

function list(argv: readonly string[]): Promise<number> {
  const states = argv.includes("--dead") ? DEAD : ["accepted", "running"];
  return runs.run(["--state", states.join(","), ...argv.filter((word) => word !== "--dead")]);
}

async function show(node: NodeAccess, flags: Flags): Promise<number> {
  const state = await callNode(node, () => node.client.queue());
  if (wantsJson(flags.has("json"))) printJson(state);
  else process.stdout.write(`${linesOf(state).join("\n")}\n`);
  return exitCodes.ok;
}

function linesOf({ kind, trouble, waiting, running, oldestWaitingMs, ended, redeliveries }: QueueState): string[] {
  const kept = Object.entries(ended).map(([state, count]) => `${count} ${state}`);
  return [
    `queue         ${kind}${trouble === null ? "" : `: ${trouble}`}`,
    `waiting       ${waiting}${waiting === 0 ? "" : `, the oldest for ${durationText(oldestWaitingMs)}`}`,
    `running       ${running}`,
    `ended         ${kept.length === 0 ? "none kept" : kept.join(", ")}`,
    `redeliveries  ${redeliveries}`,
  ];
}

async function retry(flags: Flags): Promise<number> {
  if (flags.has("all") === flags.words.length > 0) {
    throw new UsageError("retry: give the ids of the runs, or --all for all failed and interrupted ones");
  }
  const node = await nodeAccess(flags);
  const uuids = flags.has("all") ? await callNode(node, () => deadOf(node)) : flags.words;
  let isComplete = true;
  const outcomes: { uuid: string; again?: string; reason?: string }[] = [];
  for (const uuid of uuids) {
    try {
      const { uuid: again } = await callNode(node, () => node.client.retry(uuid));
      outcomes.push({ uuid, again });
    } catch (error) {
      // The others are still tried.
      const { cause } = error as Error;
      if (!(cause instanceof RoJobError) || ![404, 409].includes(cause.status)) throw error;
      isComplete = false;
      outcomes.push({ uuid, reason: cause.message });
    }
  }
  if (wantsJson(flags.has("json"))) printJson(outcomes);
  else
    for (const { uuid, again, reason } of outcomes)
      process.stdout.write(`${uuid} ${reason ?? `resubmitted as ${again}`}\n`);
  return isComplete ? exitCodes.ok : exitCodes.failed;
}

async function deadOf({ client }: NodeAccess): Promise<string[]> {
  const uuids: string[] = [];
  for await (const { uuid, isAsync } of client.list({ state: [...DEAD] })) if (isAsync) uuids.push(uuid);
  return uuids;
}

async function purge(flags: Flags): Promise<number> {
  const what = flags.has("dead") ? "dead" : "waiting";
  const node = await nodeAccess(flags);
  if (!flags.has("yes")) {
    if (!isTerminal("stdout") || !process.stdin.isTTY)
      throw new UsageError("purge: --yes is required without a terminal");
    const { waiting, ended } = await callNode(node, () => node.client.queue());
    const count = what === "waiting" ? waiting : DEAD.reduce((sum, state) => sum + (ended[state] ?? 0), 0);
    const deed = what === "waiting" ? "kill the waiting runs" : "remove the failed and interrupted runs";
    if (!(await isConfirmed(`${deed} (${count} now)?`))) return exitCodes.failed;
  }
  const count = await callNode(node, () => node.client.purgeQueue(what));
  if (wantsJson(flags.has("json"))) printJson({ purged: count });
  else process.stdout.write(`${count} ${what === "waiting" ? "killed" : "removed"}\n`);
  return exitCodes.ok;
}

async function isConfirmed(question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
