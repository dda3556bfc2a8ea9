import { once } from "node:events";
import { type Command, exitCodes, UsageError } from "../command.js";
import { noWords, readFlags } from "../flags.js";
import { asking, nodeAccess } from "../node-access.js";
import { nodeFlags, nodeFlagsHelp } from "../node-flags.js";

/** `rojob logs`: the output of a run. */
export const logs: Command = {
  help: () => `Usage: rojob logs UUID [--follow] [--url URL] [--key KEY]

Prints the standard output and error output of a run so far.

  --follow, -f  continue until the run has ended; after a lost connection, resume where it broke
${nodeFlagsHelp}
`,

  async run(argv) {
    const { json, ...kinds } = nodeFlags;
    const flags = readFlags(argv, { ...kinds, follow: "none" } as const);
    const [uuid, ...others] = flags.words;
    if (uuid === undefined) throw new UsageError("UUID is missing: the id of a run");
    noWords(others);
    const node = await nodeAccess(flags, 8);
    return asking(node, async () => {
      for await (const line of node.client.log(uuid, { follow: flags.has("follow") })) {
        // A slow reader slows the node's sending, not this process' memory.
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
      }
      return exitCodes.ok;
    });
  },
};
