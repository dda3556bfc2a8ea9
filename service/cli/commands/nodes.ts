import type { ClusterNode } from "../../client/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, readFlags, refuseWords } from "../flags.js";
import { callNode, nodeAccess } from "../node-access.js";
import { nodeFlags } from "../node-flags.js";
import type { Column } from "../table.js";
import { colorsFor, printJson, showTable, wantsJson } from "../terminal.js";
import { agoText } from "../times.js";

const flags = {
  add: { value: "…", help: "first add another node to the cluster" },
  json: { help: "all fields of each node, as a list; also when the output is not a terminal" },
  ...nodeFlags,
} as const satisfies FlagSpecs;

/** `rojob nodes`: the cluster as one of its nodes knows it. */
export const command: Command = {
  name: "nodes",
  group: "nodes",
  summary: "show the cluster, or add a node",
  usage: ["[--add HOST:PORT] [--url URL] [--key KEY] [--json]"],
  about: `Lists the nodes of the cluster as one of them sees it: state, runs, free slots. A star marks the node that answered.`,
  flags,
  examples: ["rojob nodes", "rojob nodes --add n2.example:8787"],

  async run(argv) {
    const given = readFlags(argv, flags);
    refuseWords(given.words);
    const added = readHostPort(given.get("add"));
    const node = await nodeAccess(given);
    const known = await callNode(node, () =>
      added === undefined ? node.client.nodes() : node.client.addNode(added.host, added.port),
    );
    if (wantsJson(given.has("json"))) printJson(known);
    else await showTable(columns(), known);
    return exitCodes.ok;
  },
};

function columns(): Column<ClusterNode>[] {
  const colors = colorsFor("stdout");
  const number = (title: string, of: (node: ClusterNode) => number): Column<ClusterNode> => ({
    title,
    text: (node) => String(of(node)),
    isRight: true,
  });
  return [
    { title: "NODE", text: ({ host, port, isSelf }) => `${host}:${port}${isSelf ? "*" : ""}` },
    {
      title: "STATE",
      text: ({ state, load }) => {
        if (state !== "alive") return colors.red(state);
        return load.draining ? colors.yellow("draining") : colors.green(state);
      },
    },
    number("RUNNING", ({ load }) => load.running),
    number("WAITING", ({ load }) => load.waiting),
    number("FREE", ({ load }) => load.free),
    number("FORKS", ({ load }) => load.forks),
    { title: "HEARD", text: ({ heardAt, isSelf }) => (isSelf ? "-" : agoText(heardAt)) },
    { title: "VERSION", text: ({ version }) => version },
  ];
}

function readHostPort(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined;
  const [, host, port] = /^(?:https?:\/\/)?\[?([^/]+?)\]?:(\d{1,5})\/?$/.exec(text) ?? [];
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new UsageError(`--add: ${JSON.stringify(text)} must be HOST:PORT`);
}
