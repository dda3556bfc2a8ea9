import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readVersion } from "./cli/version.js";
import { createCluster } from "./cluster/index.js";
import { type Config, type OptionName, optionNames, optionSpec, type Schedule } from "./config/index.js";
import { LocalDispatcher } from "./dispatch/dispatcher.js";
import type { OnOutput } from "./dispatch/run.js";
import { RunIds } from "./dispatch/run-ids.js";
import { createHttp, type NodeControl, RunTokens } from "./http/index.js";
import { OJobSources } from "./http/ojob-source.js";
import { RunFolder } from "./http/run-folder.js";
import { startInitJobs } from "./init-jobs.js";
import type { Logger } from "./log.js";
import { PidFile, pidFilePath } from "./pid-file.js";
import { openBroker } from "./queue/open-broker.js";
import { BrokerVersions } from "./runs/broker-versions.js";
import { createNodeRuns } from "./runs/node-parts.js";
import type { Runs } from "./runs/runs.js";
import { Schedules } from "./schedules/index.js";
import { shippedJobs } from "./shipped-jobs.js";
import { createStore } from "./store/index.js";
import { createPool } from "./workers/index.js";

/** How long a node of a cluster that stops lets others find that out, before it closes its door, ms. */
const LAST_CALL_MS = 500;
/** How often such a node looks whether peers have taken all that waits. */
const EMPTY_LOOK_MS = 50;

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
  /** Jobs that are run at times. */
  schedules?: readonly Schedule[];
  log: Logger;
  /** Called with the port once it is known, before anything runs. */
  onListening?(port: number): void;
}

/**
 * Starts a node: warm workers, then the HTTP side, then the initialization jobs.
 * @throws Error when the workers do not come up or the address cannot be listened on
 */
export async function startNode(
  config: Config,
  { apiKey, schedules: scheduled = [], log, onListening }: NodeOptions,
): Promise<RunningNode> {
  mkdirSync(path.join(config.WORK, ".rojob"), { recursive: true });
  let port = config.PORT;
  /** Of the socket; the server forgets it when it is closed, and runs are started still. */
  let listensOn = config.LISTEN;
  const ownUrl = (): string => `http://${urlHost(reachable(listensOn))}:${port}`;
  const onOutput: OnOutput = (uuid, stream, line) => {
    log.info({ uuid, stream: stream === 1 ? "stdout" : "stderr" }, line);
    runs.output(uuid, line);
  };
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
    onOutput(uuid, stream, line) {
      // Output of runs of other nodes goes to those.
      if (!cluster.guests.output(uuid, stream, line)) onOutput(uuid, stream, line);
    },
    log,
    makeRojob: (uuid) => ({
      HOST: config.HOST,
      PORT: String(port),
      WORK_DIR: config.WORK,
      RUN_DIR: config.RUN,
      CNAME: config.CNAME,
      UUID: uuid,
    }),
    makeNodeAccess: (uuid) => ({ url: ownUrl(), token: tokens.tokenOf(uuid), isRunOnly: config.RUNONLY }),
  });
  const identity = (): string => `${urlHost(config.HOST)}:${port}`;
  const dispatcher = new LocalDispatcher(pool, config, identity);
  const cluster = createCluster({
    config,
    apiKey,
    version: readVersion(),
    port: () => port,
    load() {
      const { free, busy, forks } = pool.load();
      return { free, waiting: dispatcher.waiting, running: busy, forks, draining: false };
    },
    runs: () => runs.running(),
    reserve: () => dispatcher.reserveForGuest(),
    kill: (uuid) => pool.kill(uuid),
    onOutput,
    log,
  });
  dispatcher.usePeers(cluster.slots);
  dispatcher.onSpare(() => cluster.becameFree());
  let isReady = false;
  let isLeaving = false;
  const ids = new RunIds(config.HOST, () => port);
  const store = createStore({
    workFolder: config.WORK,
    node: identity,
    resultTtlMs: config.RESULTTTL * 1000,
    logTtlMs: config.LOGTTL * 1000,
    keepRuns: config.KEEPRUNS,
    log,
  });
  const broker = config.QUEUECH === undefined ? undefined : await openBroker(config.QUEUECH, config, log);
  const runs = createNodeRuns({
    config,
    broker,
    apiKey,
    node: identity,
    ids,
    dispatcher,
    kill: (uuid) => pool.kill(uuid) || cluster.forwards.kill(uuid),
    isGuest: (uuid) => cluster.guests.running().includes(uuid),
    store,
    log,
  });
  const tokens = new RunTokens(() => [...runs.running(), ...cluster.guests.running()]);
  const ready = () => (isReady ? (runs.trouble() ?? true) : "its workers are starting");
  const control: NodeControl = {
    version: readVersion(),
    port: () => port,
    activity: () => ({ ...pool.load(), waiting: dispatcher.waiting, draining: stopped !== undefined }),
    stop: () => stopAside(),
  };
  const http = createHttp({
    config,
    apiKey,
    runs: cluster.allRuns(runs),
    tokens,
    log,
    ready,
    isLeaving: () => isLeaving,
    peers: { cluster, runs, stop: () => stopAside() },
    cluster,
    node: control,
  });
  const sources = new OJobSources();
  const folder = new RunFolder(config.RUN, sources, shippedJobs);
  const schedules = new Schedules({
    schedules: scheduled,
    workFolder: config.WORK,
    versions: broker && new BrokerVersions(broker.marks, { group: "schedules", keptMs: 0 }),
    runs,
    folder,
    sources,
    log,
  });
  schedules.check();
  const pidRemoved = new AbortController();
  let pidFile: PidFile | undefined;

  try {
    await store.start();
    await pool.start();
    await http.listen({ host: config.LISTEN, port: config.PORT });
    ({ port, address: listensOn } = http.server.address() as AddressInfo);
    onListening?.(port);
    // From here on this is the node of its identity, and may go on with what a former life of it has left.
    pidFile = await PidFile.take({
      file: pidFilePath(config, port),
      node: identity(),
      onRemoved: () => pidRemoved.abort(),
      log,
    });
    await cluster.start();
    await runs.start();
  } catch (error) {
    await Promise.all([http.close(), pool.close(), cluster.close(), pidFile?.release()]);
    await runs.close();
    throw error;
  }
  isReady = true;
  const url = `http://${urlHost(config.HOST)}:${port}`;
  log.info({ url, workers: config.WORKERS, isolation: config.ISOLATION }, "ready");
  const initJobs = startInitJobs({ config, runs, sources, log });
  schedules.start();

  let stopped: Promise<void> | undefined;
  let settle: () => void;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const stop = (): Promise<void> =>
    (stopped ??= (async () => {
      isReady = false;
      initJobs.stop();
      const ticked = schedules.stop();
      const until = performance.now() + config.KILLGRACE;
      const leftMs = (): number => Math.max(0, until - performance.now());
      await cluster.drain();
      // While others learn to ask its peers, a node of a cluster still serves what reaches it, and what it has accepted.
      isLeaving = cluster.present().length > 0;
      if (isLeaving) await delay(Math.min(LAST_CALL_MS, config.KILLGRACE));
      // Replies of the runs that finish still have to go out: connections are closed after the last one.
      const closed = http.close();
      await cluster.leave();
      if (isLeaving) await Promise.race([Promise.all([closed, emptied(runs, until)]), delay(leftMs())]);
      isLeaving = false;
      runs.drain();
      dispatcher.drain();
      await Promise.all([pool.drain(leftMs()), cluster.forwards.settled(leftMs())]);
      runs.interrupt();
      await closed;
      await ticked;
      await runs.close();
      await pool.close();
      await cluster.close();
      await pidFile?.release();
      settle();
    })());
  const stopAside = (): void => {
    stop().catch((error: unknown) => log.error({ err: error }, "the node could not be stopped"));
  };
  if (pidRemoved.signal.aborted) stopAside();
  else pidRemoved.signal.addEventListener("abort", stopAside);
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

/** Resolves when no run waits any more, or the time has come. */
async function emptied(runs: Pick<Runs, "counts">, until: number): Promise<void> {
  while (performance.now() < until && (await runs.counts()).waiting > 0) await delay(EMPTY_LOOK_MS);
}

/** An address of this machine that leads to a socket: all interfaces have the loopback one among them. */
function reachable(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
