import { once } from "node:events";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, readFlags, refuseWords } from "../flags.js";
import { callNode, nodeAccess } from "../node-access.js";
import { nodeFlags } from "../node-flags.js";

const flags = {
  follow: { short: "f", help: "continue until the run has ended; after a lost connection, resume where it broke" },
  ...nodeFlags,
} as const satisfies FlagSpecs;

/** `rojob logs`: the output of a run. */
export const command: Command = {
  name: "logs",
  group: "runs",
  summary: "show or follow the output of a run",
  usage: ["UUID [--follow] [--url URL] [--key KEY]"],
  about: "Prints the standard output and error output of a run so far.",
  flags,
  examples: ["rojob logs localhost-8787-report_1795472872612573347 -f"],

  async run(argv) {
    const given = readFlags(argv, flags);
    const [uuid, ...others] = given.words;
    if (uuid === undefined) throw new UsageError("UUID is missing: the id of a run");
    refuseWords(others);
    const node = await nodeAccess(given, 8);
    return callNode(node, async () => {
      for await (const line of node.client.log(uuid, { follow: given.has("follow") })) {
        // A slow reader slows the node's sending, not this process' memory.
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
      }
      return exitCodes.ok;
    });
  },
};
