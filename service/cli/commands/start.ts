import type { Logger } from "../../base/log/logger.js";
import { type ApiKey, resolveApiKey } from "../../config/api-key.js";
import { resolveClusterKey } from "../../config/cluster-key.js";
import { optionsHelp } from "../../config/generated/help.js";
import { type Config, loadConfig } from "../../config/index.js";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, takeFlags } from "../flags.js";
import { nodeVersionNotice } from "../node-version.js";
import { isInit, runBelowReaper } from "../reaper.js";

const flags = {
  detach: {
    help: "start background nodes, one per port, each a process with its own log; the command returns when they are ready. A supervisor restarts them when they die. Manage them with `rojob status`, `rojob restart` and `rojob stop`.",
  },
  json: { help: "with --detach: the started nodes as JSON" },
} as const satisfies FlagSpecs;

/** `rojob start`: one node in the foreground until a signal stops it, or several nodes in the background. */
export const command: Command = {
  name: "start",
  group: "nodes",
  summary: "start a node in the foreground, or several in the background",
  usage: ["[NAME=value…]", "--detach [PORT=8787,8788] [NAME=value…] [--json]"],
  about: `Starts a node and prints "READY URL" once it answers. SIGTERM and SIGINT (Ctrl-C) stop it: it accepts no more runs, and
its runs may finish within KILLGRACE. A second signal ends it at once.`,
  flags,
  closing: `Options are arguments (NAME=value, --name value or --name=value), environment variables (NAME), the content of the file
in the variable NAME_FILE, or lines of the config file; the first one found wins.`,
  appendix: optionsHelp,
  examples: ["rojob start PORT=8787", "rojob start --detach PORT=8787,8788"],

  async run(given) {
    const own = takeFlags(given, flags);
    if (isInit() && !own.has("detach")) {
      const code = await runBelowReaper();
      if (code !== undefined) return code;
      process.stderr.write(
        "rojob start: this is process 1, and a reaper needs perl or python3, which are missing: processes that jobs leave behind stay as zombies. Start rojob under an init: `docker run --init`, tini\n",
      );
    }
    const argv = own.words;
    if (own.has("detach")) {
      const { startDetached } = await import("../start-detached.js");
      return startDetached(argv, own.has("json"));
    }
    if (own.has("json")) throw new UsageError("--json needs --detach");
    if (hasSeveralPorts(argv)) {
      throw new UsageError(`PORT: several ports start several nodes, which needs --detach`);
    }
    const [{ createLogger }, { startNode }] = await Promise.all([
      import("../../base/log/logger.js"),
      import("../../node/start-node.js"),
    ]);
    const { config, schedules, warnings } = loadConfig({ argv });
    const key = resolveApiKey(config);
    let port = config.PORT;
    const clusterKey = resolveClusterKey(config, key.apiKey);
    const log = createLogger(config, [key.apiKey ?? "", clusterKey.clusterKey].filter(Boolean), () => port);
    const notice = nodeVersionNotice();
    if (notice !== undefined) log.warn({ node: process.version }, notice.text);
    for (const warning of [...warnings, ...key.warnings, ...clusterKey.warnings]) log.warn(warning);

    const stop = watchSignals(log);
    const onListening = (actual: number): void => {
      // The file named after PORT has the lines that were logged before the port was known.
      log.flush();
      port = actual;
    };
    const node = await startNode(config, { apiKey: key.apiKey, clusterKey, schedules, log, onListening }).catch(
      (error: unknown) => {
        throw explainListenError(error, config);
      },
    );
    // A signal may have come while the workers were starting.
    if (!stop.signal.aborted) process.stdout.write(`${announcement(node.url, key)}\n`);
    const stopped = new Promise<void>((resolve, reject) => {
      const stopNode = () => node.stop().then(resolve, reject);
      if (stop.signal.aborted) stopNode();
      else stop.signal.addEventListener("abort", stopNode);
    });
    // A job can stop the node, too.
    await Promise.race([stopped, node.done]);
    log.info("stopped");
    return exitCodes.ok;
  },
};

function hasSeveralPorts(argv: readonly string[]): boolean {
  const port = argv.findLast((word) => /^(?:--)?port=/i.test(word));
  return (port ?? process.env.PORT ?? "").includes(",");
}

/** Aborts at the first signal to stop; the second one ends the process. */
function watchSignals(log: Logger): AbortController {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitCodes.failed);
      log.info({ signal }, "stopping; a second signal ends it at once");
      stop.abort();
    });
  }
  return stop;
}

/** The READY line, and a command to try the node with, when the key is not the user's own. */
function announcement(url: string, key: ApiKey): string {
  const ready = `READY ${url}`;
  const request = `--data-binary rojob/echo.yaml "${url}/run?message=hello"`;
  switch (key.source) {
    case "option":
      return ready;
    case "private":
      return `${ready}\nTry it: curl ${request}`;
    case "kept":
      return `${ready}\nTry it: curl -H "Authorization: Bearer $(cat ${quoteForShell(key.file!)})" ${request}`;
    case "generated":
      return [
        ready,
        `Generated the API key ${key.apiKey} and stored it in ${key.file}; it is not shown again.`,
        `Try it: curl -H "Authorization: Bearer ${key.apiKey}" ${request}`,
      ].join("\n");
  }
}

function quoteForShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Explains the system's error about the address in terms of the options. */
function explainListenError(error: unknown, config: Config): unknown {
  const { LISTEN, PORT } = config;
  const { code, syscall } = error as NodeJS.ErrnoException;
  switch (`${syscall} ${code}`) {
    case "listen EADDRINUSE":
      return new Error(
        `PORT: ${PORT} on ${LISTEN} is used by another program; choose another, or PORT=0 for any free one`,
      );
    case "listen EADDRNOTAVAIL":
    case "getaddrinfo ENOTFOUND":
      return new Error(
        `LISTEN: ${JSON.stringify(LISTEN)} is not an address of this machine; use 0.0.0.0 for all addresses`,
      );
    case "listen EACCES":
      return new Error(`PORT: ${PORT} on ${LISTEN} is not allowed for this user; use a port from 1024`, {
        cause: error,
      });
    default:
      return error;
  }
}
