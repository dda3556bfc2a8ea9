import { hasEnded } from "../../client/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { excludeEachOther, type FlagSpecs, readFlags, readNumber, refuseWords } from "../flags.js";
import { callNode, nodeAccess } from "../node-access.js";
import { nodeFlags } from "../node-flags.js";
import { startProgress } from "../progress.js";
import { reportResult } from "../run-report.js";

const flags = {
  wait: { value: "S", help: "wait at most S seconds for its end" },
  follow: { short: "f", help: "wait for its end" },
  json: {},
  ...nodeFlags,
} as const satisfies FlagSpecs;

/** `rojob result`: the result and the errors of a run. */
export const command: Command = {
  name: "result",
  group: "runs",
  summary: "show the result of a run",
  usage: ["UUID [--wait S | --follow] [--url URL] [--key KEY]"],
  about: `Prints the result map of a run as JSON and its errors on the standard error output, like \`rojob exec\`. The exit code
is 0 only if the run succeeded, 4 if it has not ended yet.`,
  flags,
  examples: ["rojob result localhost-8787-report_1795472872612573347 --follow"],

  async run(argv) {
    const given = readFlags(argv, flags);
    const [uuid, ...others] = given.words;
    if (uuid === undefined) throw new UsageError("UUID is missing: the id of a run");
    refuseWords(others);
    excludeEachOther(given, "wait", "follow");
    const waitS = readNumber("--wait", given.get("wait"), { unit: "seconds" });
    const node = await nodeAccess(given);
    return callNode(node, async () => {
      const handle = node.client.handle(uuid);
      const progress = startProgress(uuid);
      const timeoutMs = given.has("follow") ? undefined : (waitS ?? 0) * 1000;
      const record = await handle.wait({ timeoutMs }).finally(() => progress.end());
      if (hasEnded(record)) return reportResult("result", await handle.ended());
      const what = record.state === "accepted" ? "is waiting for a worker" : "is running";
      process.stderr.write(`rojob result: run ${uuid} ${what}; wait for its end with --wait S or --follow\n`);
      return exitCodes.pending;
    });
  },
};
