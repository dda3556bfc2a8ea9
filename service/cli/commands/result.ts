import { hasEnded } from "../../client/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { excludeEachOther, noWords, readFlags, readNumber } from "../flags.js";
import { asking, nodeAccess } from "../node-access.js";
import { nodeFlags, nodeFlagsHelp } from "../node-flags.js";
import { startProgress } from "../progress.js";
import { reportResult } from "../report.js";

/** `rojob result`: what became of a run. */
export const result: Command = {
  help: () => `Usage: rojob result UUID [--wait S | --follow] [--url URL] [--key KEY]

Prints the result map of a run as JSON and its errors on the standard error output, like \`rojob exec\`. The exit code
is 0 only if the run succeeded, 4 if it has not ended yet.

  --wait S      wait at most S seconds for its end
  --follow      wait for its end
${nodeFlagsHelp}
`,

  async run(argv) {
    const flags = readFlags(argv, { ...nodeFlags, wait: "value", follow: "none" } as const);
    const [uuid, ...others] = flags.words;
    if (uuid === undefined) throw new UsageError("UUID is missing: the id of a run");
    noWords(others);
    excludeEachOther(flags, "wait", "follow");
    const waitS = readNumber("--wait", flags.get("wait"), { unit: "seconds" });
    const node = await nodeAccess(flags);
    return asking(node, async () => {
      const handle = node.client.handle(uuid);
      const progress = startProgress(uuid);
      const timeoutMs = flags.has("follow") ? undefined : (waitS ?? 0) * 1000;
      const record = await handle.wait({ timeoutMs }).finally(() => progress.end());
      if (hasEnded(record)) return reportResult("result", await handle.ended());
      const what = record.state === "accepted" ? "is waiting for a worker" : "is running";
      process.stderr.write(`rojob result: run ${uuid} ${what}; wait for its end with --wait S or --follow\n`);
      return exitCodes.pending;
    });
  },
};
