import { loadConfig } from "../../config/index.js";
import { type Command, exitCodes } from "../command.js";

/** How long a node may take to answer, ms. */
const PATIENCE_MS = 8000;

/** `rojob health`: does the node that was started the same way answer? Health checks of containers ask so. */
export const health: Command = {
  help: () => `Usage: rojob health [--ready] [NAME=value…]

Checks whether the node on this machine is alive; the exit code is 0 if it is. Takes the same options as \`rojob start\`;
LISTEN and PORT are the address of the node.

  --ready   check whether it accepts runs
`,

  async run(argv) {
    const isReady = argv.includes("--ready");
    const { config } = loadConfig({ argv: argv.filter((argument) => argument !== "--ready") });
    const url = `http://${hostOf(config.LISTEN)}:${config.PORT}/${isReady ? "readyz" : "healthz"}`;
    let state: string;
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (reply.ok) return exitCodes.ok;
      const { detail } = (await reply.json()) as { detail?: string };
      state = detail ?? `the reply was ${reply.status}`;
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string } };
      state = cause?.code ?? message;
    }
    throw new Error(`${url}: ${state}`);
  },
};

/** An address to ask at: all interfaces are not one. */
function hostOf(listen: string): string {
  if (listen === "0.0.0.0") return "127.0.0.1";
  if (listen === "::") return "[::1]";
  return listen.includes(":") ? `[${listen}]` : listen;
}
