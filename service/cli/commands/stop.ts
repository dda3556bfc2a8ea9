import { type Command, exitCodes } from "../command.js";
import { excludeEachOther, type FlagSpecs } from "../flags.js";
import { callNode, nodeAccess } from "../node-access.js";
import { nodeFlags } from "../node-flags.js";
import { stopByUrl, stopLocalNodes } from "../stop-nodes.js";
import { printJson, wantsJson } from "../terminal.js";
import { readWorkFlags } from "../work-nodes.js";

const specs = {
  now: { help: "do not let runs finish" },
  cluster: { help: "stop all nodes of the cluster" },
  json: { help: "the URLs of the stopped nodes, as a list; also when the output is not a terminal" },
  ...nodeFlags,
} as const satisfies FlagSpecs;

/** `rojob stop`: stops the nodes of this work folder, or others by their URL. */
export const command: Command = {
  name: "stop",
  group: "nodes",
  summary: "stop nodes",
  usage: ["[--now] [WORK=folder] [--json]", "--url URL [--key KEY]", "--cluster [--url URL] [--key KEY]"],
  about: `Stops the nodes of the work folder that run on this machine, and waits until they have ended. They accept no more runs,
and their runs may finish within KILLGRACE. The exit code is 3 if there is no node.`,
  flags: specs,
  examples: ["rojob stop", "rojob stop --cluster --url http://n1.example:8787"],

  async run(argv) {
    const { flags, here } = readWorkFlags(argv, specs);
    excludeEachOther(flags, "now", "url");
    excludeEachOther(flags, "now", "cluster");
    if (flags.has("url") || flags.has("cluster")) {
      const node = await nodeAccess(flags);
      const { urls, failed } = await callNode(node, () => stopByUrl(node, flags.has("cluster")));
      for (const { node, reason } of failed)
        process.stderr.write(`rojob stop: ${node} could not be stopped: ${reason}\n`);
      return Math.max(report(urls, flags.has("json")), failed.length > 0 ? exitCodes.failed : exitCodes.ok);
    }
    const urls = await stopLocalNodes(here.config.WORK, here.apiKey(), flags.has("now"));
    if (urls.length > 0) return report(urls, flags.has("json"));
    process.stderr.write(`rojob stop: no node of ${here.config.WORK} runs on this machine\n`);
    return exitCodes.absent;
  },
};

function report(urls: string[], isJson: boolean): number {
  if (wantsJson(isJson)) printJson(urls);
  else for (const url of urls) process.stdout.write(`${url} has stopped\n`);
  return exitCodes.ok;
}
