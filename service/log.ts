import { join } from "node:path";
import pino, { type Logger } from "pino";
import type { Config } from "./config/schema.js";
import { formatTextLine } from "./log-text.js";

export type { Logger } from "pino";

/** Fields whose values never reach the log, at the top of an event and one level down. */
const SECRET_FIELDS = ["apiKey", "APIKEY", "QUEUECH", "authorization", "auth", "password", "secret", "token"];
const REDACTED = "[redacted]";

/**
 * The log of a node: to the standard error output, or with LOG to `rojob-<host>-<port>.log` in that folder.
 * @param secrets texts that are taken out wherever they turn up, besides APIKEY and QUEUECH: a generated key
 * @throws Error when the log folder cannot be written
 */
export function createLogger(config: Config, secrets: readonly string[] = []): Logger {
  const destination = pino.destination({
    dest: config.LOG === undefined ? 2 : join(config.LOG, `rojob-${fileName(config.HOST)}-${config.PORT}.log`),
    mkdir: true,
    append: true,
    // Events are written as they come but nobody waits for the disk.
    sync: false,
  });
  const hidden = [config.APIKEY, config.QUEUECH, ...secrets].filter(
    (secret) => secret !== undefined && secret.length > 3,
  );
  const format = config.LOGFORMAT === "text" ? formatTextLine : (line: string) => line;
  const stream = {
    write(line: string) {
      let text = format(line);
      for (const secret of hidden) text = text.replaceAll(secret!, REDACTED);
      destination.write(text);
    },
    flushSync: () => destination.flushSync(),
  };
  return pino(
    {
      level: config.LOGLEVEL,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [...SECRET_FIELDS, ...SECRET_FIELDS.map((name) => `*.${name}`), "req.headers"],
        censor: REDACTED,
      },
    },
    stream,
  );
}

/** IPv6 addresses have colons, which some file systems refuse. */
function fileName(host: string): string {
  return host.replaceAll(":", "-");
}
