import { type ApiKey, resolveApiKey } from "../config/api-key.js";
import { optionsHelp } from "../config/generated/help.js";
import { type Config, loadConfig } from "../config/index.js";
import { createLogger, type Logger } from "../log.js";
import { startNode } from "../node.js";
import { type Command, exitCodes } from "./command.js";

/** `rojob start`: a node in the foreground, until it is told to stop. */
export const start: Command = {
  help: () => `Usage: rojob start [NAME=value…]

Starts a node and prints "READY URL" once it answers. SIGTERM and SIGINT (Ctrl-C) stop it: it takes no more runs, those
it has may finish within KILLGRACE. A second signal ends it at once.

Options are written NAME=value, --name value or --name=value, as environment variables NAME, as the content of the file
that NAME_FILE names, or in the config file; the first of these that is there counts.

${optionsHelp()}
`,

  async run(argv) {
    const { config, schedules, warnings } = loadConfig({ argv });
    const key = resolveApiKey(config);
    const log = createLogger(config, key.apiKey === undefined ? [] : [key.apiKey]);
    for (const warning of [...warnings, ...key.warnings]) log.warn(warning);

    const stop = watchSignals(log);
    const node = await startNode(config, { apiKey: key.apiKey, schedules, log }).catch((error: unknown) => {
      throw explainListenError(error, config);
    });
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
        `Generated the API key ${key.apiKey} and kept it in ${key.file}; it is not shown again.`,
        `Try it: curl -H "Authorization: Bearer ${key.apiKey}" ${request}`,
      ].join("\n");
  }
}

function quoteForShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What the system says of the address, in terms of the options. */
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
        `LISTEN: ${JSON.stringify(LISTEN)} is not an address of this machine; 0.0.0.0 means all of them`,
      );
    case "listen EACCES":
      return new Error(`PORT: ${PORT} on ${LISTEN} is not allowed for this user; ports from 1024 are`, {
        cause: error,
      });
    default:
      return error;
  }
}
