import pino from "pino";
import { formatTextLine } from "../service/base/log/log-text.js";
import { loadConfig } from "../service/config/index.js";
import { startNode } from "../service/node/start-node.js";

/** A node in the test's own process. */
export interface NodeHere {
  /** `http://host:port`. */
  url: string;
  /** Its log, in the form for its standard error output. */
  said(): string;
  /** Stops it as SIGTERM does. */
  stop(): Promise<void>;
  /** Settles when it has stopped, whoever has asked for it. */
  ended: Promise<void>;
}

/**
 * Starts a node in this process, for where its process is not the subject: it takes a third of the processor time. Its
 * workers are processes as always.
 * @param argv options, `NAME=value`
 * @param key APIKEY; empty: none, PRIVATE=true
 */
export async function startNodeHere(argv: readonly string[], { cwd, key }: { cwd: string; key: string }) {
  const env = key === "" ? { PRIVATE: "true" } : { APIKEY: key };
  const { config, schedules } = loadConfig({ argv: [...argv], env, cwd });
  let text = "";
  const log = pino(
    {
      level: config.LOGLEVEL,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => void (text += formatTextLine(line)) },
  );
  const node = await startNode(config, { apiKey: key === "" ? undefined : key, schedules, log });
  return { url: node.url, said: () => text, stop: () => node.stop(), ended: node.done } satisfies NodeHere;
}
