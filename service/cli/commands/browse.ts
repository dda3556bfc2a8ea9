import type { AddressInfo } from "node:net";
import { createLogger } from "../../base/log/logger.js";
import { createBrowser } from "../../browse/index.js";
import { keptApiKey } from "../../config/api-key.js";
import { type Config, loadConfig } from "../../config/index.js";
import { OwnNames } from "../../config/own-names.js";
import { type Command, exitCodes } from "../command.js";

/** The PORT of the config file belongs to the node; only an argument of this command sets its port. */
const DEFAULT_PORT = 8788;

/** `rojob browse`: serves the work folder as a web page until a signal stops it. */
export const command: Command = {
  name: "browse",
  group: "nodes",
  summary: "serve the work folder as a web page",
  usage: ["[NAME=value…]"],
  about: `Serves the files of the work folder (WORK) as a web page, read-only and without .rojob. The API key is required: as
password of any user in a browser, as Authorization: Bearer KEY in a program.

Takes the same options as \`rojob start\`, but ignores PORT of the config file, which belongs to the node: the port is
${DEFAULT_PORT}, or the argument PORT=number.`,
  terms: {
    "GET /folder/": "list the files: as a page, or as JSON with Accept: application/json or ?format=json",
    "GET /file": "fetch a file",
  },
  flags: {},
  examples: ["rojob browse PORT=8788"],

  async run(argv) {
    const { config, origins, warnings } = loadConfig({ argv });
    const port = origins.PORT.kind === "argument" ? config.PORT : DEFAULT_PORT;
    const apiKey = keyOf(config);
    const log = createLogger({ ...config, LOG: undefined }, apiKey === undefined ? [] : [apiKey]);
    for (const warning of warnings) log.warn(warning);
    const app = await createBrowser({
      folder: config.WORK,
      apiKey,
      names: new OwnNames(config),
      onError: (error) => log.error({ err: error }, "Request failed"),
    }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? new Error(`WORK: folder ${JSON.stringify(config.WORK)} does not exist`) : error;
    });
    await app.listen({ host: config.LISTEN, port }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") throw error;
      throw new Error(`PORT: ${port} on ${config.LISTEN} is used by another program; choose another with PORT=number`);
    });
    const bound = app.server.address() as AddressInfo;
    const host = bound.address.includes(":") ? `[${bound.address}]` : bound.address;
    process.stdout.write(`READY http://${host}:${bound.port}\n`);
    await new Promise((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, resolve);
    });
    await app.close();
    return exitCodes.ok;
  },
};

function keyOf(config: Config): string | undefined {
  if (config.PRIVATE) return undefined;
  const apiKey = config.APIKEY ?? keptApiKey(config.WORK);
  if (apiKey === undefined) {
    throw new Error(`APIKEY: no key is given, and ${config.WORK} has none; give one, or start a node there first`);
  }
  return apiKey;
}
