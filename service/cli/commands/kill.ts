import { RoJobError } from "../../client/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, readFlags } from "../flags.js";
import { callNode, nodeAccess } from "../node-access.js";
import { nodeFlags } from "../node-flags.js";
import { colorsFor, printJson, wantsJson } from "../terminal.js";

const flags = {
  json: { help: "[{ uuid, isKilled, state }], also when the output is not a terminal" },
  ...nodeFlags,
} as const satisfies FlagSpecs;

/** Outcome of a request to kill a run. */
interface Outcome {
  uuid: string;
  isKilled: boolean;
  /** The state of the run after the request, or the reason why it is not known. */
  state: string;
}

/** `rojob kill`: ends runs that wait or run. */
export const command: Command = {
  name: "kill",
  group: "runs",
  summary: "kill runs",
  usage: ["UUID… [--url URL] [--key KEY] [--json]"],
  about: `Kills waiting or running runs, with all processes they started. The exit code is 0 only if all of them were killed.`,
  flags,
  examples: ["rojob kill localhost-8787-report_1795472872612573347"],

  async run(argv) {
    const given = readFlags(argv, flags);
    if (given.words.length === 0) throw new UsageError("UUID is missing: the ids of the runs to kill");
    const node = await nodeAccess(given);
    const kill = async (uuid: string): Promise<Outcome> => {
      try {
        const { state } = await node.client.kill(uuid);
        return { uuid, isKilled: state === "killed", state };
      } catch (error) {
        // It had ended, or does not exist: the others are still killed.
        if (!(error instanceof RoJobError) || ![404, 409].includes(error.status)) throw error;
        return { uuid, isKilled: false, state: error.message };
      }
    };
    const outcomes = await callNode(node, () => Promise.all(given.words.map(kill)));
    if (wantsJson(given.has("json"))) printJson(outcomes);
    else {
      const colors = colorsFor("stdout");
      for (const { uuid, isKilled, state } of outcomes) {
        process.stdout.write(isKilled ? `${uuid} ${colors.green("killed")}\n` : `${uuid} ${colors.yellow(state)}\n`);
      }
    }
    return outcomes.every(({ isKilled }) => isKilled) ? exitCodes.ok : exitCodes.failed;
  },
};
