import { nearestName } from "../../base/nearest.js";
import type { ListFilter, RunRecord } from "../../client/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, readFlags, readNumber, refuseWords } from "../flags.js";
import { callNode, nodeAccess } from "../node-access.js";
import { nodeFlags } from "../node-flags.js";
import type { Column } from "../table.js";
import { colorsFor, printJson, showTable, wantsJson } from "../terminal.js";
import { agoText, durationText, readTime } from "../times.js";

const states = ["accepted", "running", "done", "failed", "killed", "interrupted", "expired"] as const;
const SHOWN = 20;
const flags = {
  state: { value: "…", help: `only runs in one of these states: ${states.join(", ")}` },
  name: { value: "NAME", help: "only runs of oJobs with this rojob.name" },
  file: { value: "PATH", help: 'only runs of this job of the run folder, or "ojob" for posted oJobs' },
  since: {
    value: "TIME",
    help: "only runs accepted since: a date (2026-01-31T12:00:00Z) or a time ago (90s, 15m, 2h, 1d)",
  },
  until: { value: "TIME", help: "only runs accepted before" },
  limit: { value: "N", help: `at most N runs (default ${SHOWN})` },
  json: { help: "all fields of each run, as a list; also when the output is not a terminal" },
  ...nodeFlags,
} as const satisfies FlagSpecs;

/** `rojob runs`: the runs a node knows. */
export const command: Command = {
  name: "runs",
  group: "runs",
  summary: "list runs",
  usage: ["[--state STATE,…] [--name NAME] [--file PATH] [--since TIME] [--until TIME] [--limit N] [--json]"],
  about: "Lists runs, newest first.",
  flags,
  examples: ["rojob runs --since 1h --limit 3", "rojob runs --state failed --json"],

  async run(argv) {
    const given = readFlags(argv, flags);
    refuseWords(given.words);
    const filter: ListFilter = {
      state: readStates(given.get("state")),
      name: given.get("name"),
      file: given.get("file"),
      since: timeOf("--since", given.get("since")),
      until: timeOf("--until", given.get("until")),
      limit: readNumber("--limit", given.get("limit")) ?? SHOWN,
    };
    const node = await nodeAccess(given);
    const found = await callNode(node, async () => {
      const records: RunRecord[] = [];
      for await (const record of node.client.list(filter)) records.push(record);
      return records;
    });
    if (wantsJson(given.has("json"))) printJson(found);
    else if (found.length === 0) process.stderr.write("no matching runs\n");
    else await showTable(columns(), found);
    return exitCodes.ok;
  },
};

function columns(): Column<RunRecord>[] {
  const colors = colorsFor("stdout");
  const paint: Partial<Record<RunRecord["state"], (text: string) => string>> = {
    accepted: colors.yellow,
    running: colors.cyan,
    done: colors.green,
  };
  return [
    { title: "UUID", text: ({ uuid }) => uuid },
    { title: "STATE", text: ({ state }) => (paint[state] ?? colors.red)(state) },
    { title: "ACCEPTED", text: ({ acceptedAt }) => agoText(acceptedAt) },
    { title: "TOOK", text: tookText, isRight: true },
    { title: "FILE", text: ({ file }) => file },
    { title: "BY", text: ({ by }) => by },
    { title: "ERROR", text: ({ errors }) => colors.red(firstLine(errors[0]?.error[0])) },
  ];
}

function tookText({ startedAt, endedAt }: RunRecord): string {
  return startedAt === undefined ? "-" : durationText((endedAt ?? Date.now()) - startedAt);
}

function firstLine(text = ""): string {
  return text.split("\n", 1)[0]!;
}

function readStates(text: string | undefined): RunRecord["state"][] | undefined {
  if (text === undefined) return undefined;
  return text.split(",").map((word) => {
    const state = states.find((known) => known === word);
    if (state !== undefined) return state;
    const nearest = nearestName(word, states);
    const hint = nearest === undefined ? `valid states are ${states.join(", ")}` : `did you mean ${nearest}?`;
    throw new UsageError(`--state: ${JSON.stringify(word)} is not a run state; ${hint}`);
  });
}

function timeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = readTime(text);
  if (at !== undefined) return at;
  throw new UsageError(
    `${flag}: ${JSON.stringify(text)} must be a date like 2026-01-31T12:00:00Z, or a time ago: 90s, 15m, 2h, 1d`,
  );
}
