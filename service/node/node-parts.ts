import type { Logger } from "../base/log/logger.js";
import { readVersion } from "../base/version.js";
import { OJobSources } from "../catalog/ojob-source.js";
import { RunFolder } from "../catalog/run-folder.js";
import { shippedJobs } from "../catalog/shipped-jobs.js";
import { createCluster } from "../cluster/index.js";
import type { Config, Schedule } from "../config/index.js";
import { LocalDispatcher } from "../dispatch/dispatcher.js";
import { RunIds } from "../dispatch/run-ids.js";
import { ClientActivity } from "../http/auth/client-activity.js";
import { createHttp, type NodeControl, RunTokens, SignatureMemory } from "../http/index.js";
import type { OnOutput } from "../model/run.js";
import { openBroker } from "../queue/open-broker.js";
import { BrokerVersions } from "../runs/broker-versions.js";
import { createNodeRuns } from "../runs/create-node-runs.js";
import { Schedules } from "../schedules/index.js";
import { createStore } from "../store/index.js";
import { createPool } from "../workers/index.js";
import type { NodeAddress } from "./node-address.js";
import { environmentOfRuns } from "./run-environment.js";
import type { StartGate } from "./start-gate.js";

/** Input of a node's parts. */
export interface PartsOptions {
  config: Config;
  address: NodeAddress;
  apiKey: string | undefined;
  /** Key of the cluster. */
  clusterKey: string;
  signatures?: SignatureMemory;
  schedules: readonly Schedule[];
  log: Logger;
  /** Phase of starting and stopping. */
  phase: Phase;
  /** Opens when the node has started; requests of clients wait for it. */
  gate?: StartGate;
  /** Stops the node, some time after the call. */
  stop(): void;
}

/** Phase of starting and stopping of a node. */
export interface Phase {
  /** It accepts runs. */
  isReady: boolean;
  /** It has begun to stop. */
  isStopping: boolean;
  /** It stops, and serves late requests while the peers notice that. */
  isLeaving: boolean;
}

/** The parts of a node, connected, none of them started. */
export type Parts = Awaited<ReturnType<typeof makeParts>>;

/** Makes the parts of a node and connects them. */
export async function makeParts(options: PartsOptions) {
  const {
    config,
    address,
    apiKey,
    clusterKey,
    signatures = new SignatureMemory(),
    schedules: scheduled,
    log,
    phase,
    gate,
    stop,
  } = options;
  const identity = (): string => address.identity;
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
      // Output of runs of peers goes to those peers.
      if (!cluster.incomingRuns.output(uuid, stream, line)) onOutput(uuid, stream, line);
    },
    log,
    makeRojob: (uuid) => ({
      HOST: config.HOST,
      PORT: String(address.port),
      WORK_DIR: config.WORK,
      RUN_DIR: config.RUN,
      CNAME: config.CNAME,
      UUID: uuid,
    }),
    makeNodeAccess: (uuid) => ({ url: address.ownUrl, token: tokens.tokenOf(uuid), isRunOnly: config.RUNONLY }),
  });
  const dispatcher = new LocalDispatcher(pool, config, identity);
  const cluster = createCluster({
    config,
    clusterKey,
    signatures,
    version: readVersion(),
    port: () => address.port,
    load() {
      const { free, busy, forks } = pool.load();
      return { free, waiting: dispatcher.waiting, running: busy, forks, draining: false };
    },
    runs: () => runs.running(),
    reserve: () => dispatcher.reserveForPeer(),
    onOutput,
    log,
  });
  dispatcher.usePeers(cluster.slots);
  dispatcher.onIdleWorker(() => cluster.becameFree());

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
    ids: new RunIds(config.HOST, () => address.port),
    dispatcher,
    kill: (uuid) => pool.kill(uuid) || cluster.forwardedRuns.kill(uuid),
    isIncoming: (uuid) => cluster.incomingRuns.running().includes(uuid),
    store,
    peers: cluster.queues,
    log,
  });

  const tokens = new RunTokens(() => [...runs.running(), ...cluster.incomingRuns.running()]);
  const control: NodeControl = {
    version: readVersion(),
    port: () => address.port,
    activity: () => ({ ...pool.load(), waiting: dispatcher.waiting, draining: phase.isStopping }),
    stop,
  };
  const clients = new ClientActivity();
  const http = createHttp({
    config,
    apiKey,
    runs: cluster.allRuns(runs),
    tokens,
    log,
    ready: () => (phase.isReady ? (runs.trouble() ?? true) : "its workers are starting"),
    isLeaving: () => phase.isLeaving,
    signatures,
    clients,
    gate,
    peers: { cluster, runs, stop },
    cluster,
    node: control,
  });
  const sources = new OJobSources();
  const schedules = new Schedules({
    schedules: scheduled,
    workFolder: config.WORK,
    versions: broker && new BrokerVersions(broker.sharedKeys, { group: "schedules", keptMs: 0 }),
    runs,
    folder: new RunFolder(config.RUN, sources, shippedJobs),
    sources,
    log,
  });
  return { signatures, pool, dispatcher, cluster, store, runs, http, clients, sources, schedules };
}
