import pino, { type Logger } from "pino";
import { writeToReader } from "../files/write-all.js";
import { LogFiles } from "./log-files.js";
import { type LogLine, RepeatedLines } from "./log-repeats.js";
import { formatTextLine } from "./log-text.js";
import { LogWriter } from "./log-writer.js";

export type { Logger } from "pino";

/** Options of a node for its log. */
export interface LogOptions {
  LOG?: string;
  LOGFORMAT: string;
  LOGLEVEL: string;
  /** Retention of log files, s. */
  LOGTTL: number;
  HOST: string;
  PORT: number;
  APIKEY?: string;
  QUEUECH?: string;
}

/** Fields whose values never reach the log, at the top of an event and one level down. */
const SECRET_FIELDS = [
  "apiKey",
  "APIKEY",
  "clusterKey",
  "CLUSTERKEY",
  "QUEUECH",
  "authorization",
  "auth",
  "password",
  "secret",
  "token",
];
const REDACTED = "[redacted]";
/** Lines from this level on are counted when they repeat. */
const REPEATS_FROM = pino.levels.values.warn!;

/**
 * The log of a node: to the standard error output, or with LOG to a file a day in that folder,
 * `rojob-<host>-<port>-<date>.log`.
 * @param secrets texts that are masked wherever they occur, besides APIKEY and QUEUECH: a generated key
 * @param port the one the node listens on, if that is not PORT
 * @throws Error when the log folder cannot be written
 */
export function createLogger(
  config: LogOptions,
  secrets: readonly string[] = [],
  port: () => number = () => config.PORT,
): Logger {
  const writer = new LogWriter(destination(config, port));
  const hidden = hiddenTexts([config.APIKEY, config.QUEUECH, ...secrets]);
  const format = config.LOGFORMAT === "text" ? formatTextLine : (line: string) => line;
  const stream = {
    // Asks pino to leave the level of each line in `lastLevel`.
    [Symbol.for("pino.metadata")]: true,
    lastLevel: 0,
    flush(done?: () => void) {
      writer.flush();
      done?.();
    },
    write(line: string) {
      let text = format(line);
      for (const secret of hidden) text = text.replaceAll(secret, REDACTED);
      writer.write(text, this.lastLevel >= pino.levels.values.warn!);
    },
  };
  const repeats = new RepeatedLines(({ level, fields, message }) => {
    isOurs = true;
    logger[level >= pino.levels.values.error! ? "error" : "warn"](fields, message);
    isOurs = false;
  });
  process.once("exit", () => repeats.end());
  let isOurs = false;
  const logger: Logger = pino(
    {
      hooks: {
        logMethod(given, method, level) {
          if (isOurs || level < REPEATS_FROM || repeats.take(lineOf(level, given))) method.apply(this, given);
        },
      },
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
  return logger;
}

/** The line of a call of pino: a message, fields and a message, or an error. */
function lineOf(level: number, [first, second]: readonly unknown[]): LogLine {
  if (typeof first === "string") return { level, fields: {}, message: first };
  if (first instanceof Error) return { level, fields: { err: first }, message: String(second ?? "") };
  return { level, fields: (first ?? {}) as Record<string, unknown>, message: String(second ?? "") };
}

/** The files are opened here rather than by pino, so that a folder that cannot be written is an error at once. */
function destination({ LOG, LOGTTL, HOST }: LogOptions, port: () => number): (text: string) => void {
  // When the reader goes away the log is lost, not the node.
  if (LOG === undefined) return (text) => writeToReader(2, text);
  // IPv6 addresses have colons, which some file systems refuse.
  const name = (): string => `rojob-${HOST.replaceAll(":", "-")}-${port()}`;
  const files = new LogFiles({ folder: LOG, name, ttlMs: LOGTTL * 1000 });
  return (text) => files.write(text);
}

/** Each secret as it is and in its JSON form; secrets of a few letters would mask parts of ordinary words. */
function hiddenTexts(secrets: readonly (string | undefined)[]): string[] {
  const long = secrets.filter((secret) => secret !== undefined && secret.length > 3) as string[];
  return [...new Set(long.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))];
}
