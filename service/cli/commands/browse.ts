import type { AddressInfo } from "node:net";
import { createLogger } from "../../base/log/logger.js";
import { createBrowser } from "../../browse/index.js";
import { keptApiKey } from "../../config/api-key.js";
import { type Config, loadConfig } from "../../config/index.js";
import { OwnNames } from "../../config/own-names.js";
import { type Command, exitCodes } from "../command.js";

/** PORT is the node's unless it is said to this command. */
const DEFAULT_PORT = 8788;

/** `rojob browse`: shows the work folder, until it is told to stop. */
export const browse: Command = {
  help: () => `Usage: rojob browse [NAME=value…]

Shows the files of the work folder (WORK) as a page, to look at and to fetch; nothing can be changed, and .rojob is not
shown. The API key is asked for: browsers take it as password of any user, programs send Authorization: Bearer KEY.

Takes the same options as \`rojob start\`. PORT of the config file is the node's: this one's is ${DEFAULT_PORT}, or the
argument PORT=number.

  GET /folder/   its files: a page, or with Accept: application/json (or ?format=json) JSON
  GET /file      its content
`,

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
      throw error.code === "ENOENT" ? new Error(`WORK: there is no folder ${JSON.stringify(config.WORK)}`) : error;
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
    throw new Error(`APIKEY: none is given, and none kept in ${config.WORK}; give one, or start a node there first`);
  }
  return apiKey;
}
