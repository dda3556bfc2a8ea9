import { text as readText } from "node:stream/consumers";
import { sendRequest } from "../../base/http-request.js";
import { loadConfig } from "../../config/index.js";
import { type Command, exitCodes } from "../command.js";
import { type FlagSpecs, takeFlags } from "../flags.js";

const flags = { ready: { help: "check whether it accepts runs" } } as const satisfies FlagSpecs;

/** Longest time for a node to answer, ms. */
const ANSWER_LIMIT_MS = 8000;

/** `rojob health`: checks whether the node with these options answers. Health checks of containers use it. */
export const command: Command = {
  name: "health",
  group: "nodes",
  summary: "check whether the node on this machine answers",
  usage: ["[--ready] [NAME=value…]"],
  about: `Checks whether the node on this machine is alive; the exit code is 0 if it is. Takes the same options as \`rojob start\`;
LISTEN and PORT are the address of the node.`,
  flags,
  examples: ["rojob health --ready PORT=8787"],

  async run(argv) {
    const given = takeFlags(argv, flags);
    const { config } = loadConfig({ argv: given.words });
    const url = `http://${hostOf(config.LISTEN)}:${config.PORT}/${given.has("ready") ? "readyz" : "healthz"}`;
    let state: string;
    try {
      const reply = await sendRequest(url, {
        method: "GET",
        // The process exits after the reply.
        headers: { connection: "close" },
        connectTimeoutMs: ANSWER_LIMIT_MS,
        readTimeoutMs: ANSWER_LIMIT_MS,
      });
      const text = await readText(reply);
      if (reply.statusCode === 200) return exitCodes.ok;
      state = detailIn(text) ?? `the reply was ${reply.statusCode}`;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      state = code ?? message;
    }
    throw new Error(`${url}: ${state}`);
  },
};

/** The reason in a problem document; undefined when another program has answered. */
function detailIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { detail?: string } | null)?.detail;
  } catch {
    return undefined;
  }
}

/** An address that can be connected to; that of all interfaces cannot. */
function hostOf(listen: string): string {
  if (listen === "0.0.0.0") return "127.0.0.1";
  if (listen === "::") return "[::1]";
  return listen.includes(":") ? `[${listen}]` : listen;
}
