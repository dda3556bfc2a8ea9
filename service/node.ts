import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type Config, type OptionName, optionNames, optionSpec } from "./config/index.js";
import { LocalDispatcher } from "./dispatch/dispatcher.js";
import { RunIds } from "./dispatch/run-ids.js";
import { createHttp } from "./http/index.js";
import { startInitJobs } from "./init-jobs.js";
import type { Logger } from "./log.js";
import { createPool } from "./workers/index.js";

/** A node that answers. */
export interface RunningNode {
  /** Where it answers: `http://host:port`. */
  url: string;
  /** Takes no more runs, lets the present ones finish within KILLGRACE, ends the rest. May be called again. */
  stop(): Promise<void>;
  /** Settles when the node has stopped, whoever told it to. */
  done: Promise<void>;
}

/** What a node needs besides its options. */
export interface NodeOptions {
  /** Key that requests are signed with; undefined when PRIVATE. */
  apiKey: string | undefined;
  log: Logger;
}

/**
 * Starts a node: warm workers, then the HTTP side, then the initialization jobs.
 * @throws Error when the workers do not come up or the address cannot be listened on
 */
export async function startNode(config: Config, { apiKey, log }: NodeOptions): Promise<RunningNode> {
  mkdirSync(path.join(config.WORK, ".rojob"), { recursive: true });
  let port = config.PORT;
  const pool = createPool({
    workers: config.WORKERS,
    spares: config.SPARES,
    isolation: config.ISOLATION,
    jobTimeoutMs: config.JOBTIMEOUT,
    jobMemoryMb: config.JOBMEMORY,
    maxResultBytes: config.MAXRESULT,
    cwd: process.cwd(),
    env: environmentOfRuns(),
    runFolder: config.RUN,
    onOutput: (uuid, stream, line) => log.info({ uuid, stream: stream === 1 ? "stdout" : "stderr" }, line),
    log,
    makeRojob: (uuid) => ({
      HOST: config.HOST,
      PORT: String(port),
      WORK_DIR: config.WORK,
      RUN_DIR: config.RUN,
      CNAME: config.CNAME,
      UUID: uuid,
    }),
  });
  const dispatcher = new LocalDispatcher(pool, config, () => `${urlHost(config.HOST)}:${port}`);
  let isReady = false;
  const http = createHttp({ config, apiKey, dispatcher, log, ready: () => isReady || "its workers are starting" });

  try {
    await pool.start();
    await http.listen({ host: config.LISTEN, port: config.PORT });
  } catch (error) {
    await Promise.all([http.close(), pool.close()]);
    throw error;
  }
  port = (http.server.address() as AddressInfo).port;
  isReady = true;
  const url = `http://${urlHost(config.HOST)}:${port}`;
  log.info({ url, workers: config.WORKERS, isolation: config.ISOLATION }, "ready");
  const initJobs = startInitJobs({ config, dispatcher, ids: new RunIds(config.HOST, () => port), log });

  let stopped: Promise<void> | undefined;
  let settle: () => void;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const stop = (): Promise<void> =>
    (stopped ??= (async () => {
      isReady = false;
      initJobs.stop();
      dispatcher.drain();
      // Replies of the runs that finish still have to go out: connections are closed after the last one.
      const closed = http.close();
      await pool.drain(config.KILLGRACE);
      await closed;
      await pool.close();
      settle();
    })());
  return { url, stop, done };
}

/** The node's environment variables without what a job must not see: its secrets, and the files they are in. */
function environmentOfRuns(): Record<string, string | undefined> {
  const env = { ...process.env };
  for (const name of optionNames as readonly OptionName[]) {
    if (!optionSpec(name).secret) continue;
    delete env[name];
    delete env[`${name}_FILE`];
  }
  delete env.ROJOB_APIKEY;
  return env;
}

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
