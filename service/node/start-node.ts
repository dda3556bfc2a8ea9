import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Logger } from "../base/log/logger.js";
import { startInitJobs } from "../catalog/init-jobs.js";
import { type ClusterKey, resolveClusterKey } from "../config/cluster-key.js";
import type { Config, Schedule } from "../config/index.js";
import { SignatureMemory } from "../http/index.js";
import { accessNote } from "./access-note.js";
import { NodeAddress } from "./node-address.js";
import { makeParts, type Phase } from "./node-parts.js";
import { PidFile, pidFilePath, signatureFilePath } from "./pid-file.js";
import { StartGate } from "./start-gate.js";
import { stopNode } from "./stop-node.js";

/** A running node. */
export interface RunningNode {
  /** Its URL: `http://host:port`. */
  url: string;
  /** Accepts no more runs, lets the present ones finish within KILLGRACE, ends the rest. May be called again. */
  stop(): Promise<void>;
  /** Settles when the node has stopped, for any reason. */
  done: Promise<void>;
}

/** Input of a node besides its options. */
export interface NodeOptions {
  /** Key for signatures of requests; undefined when PRIVATE. */
  apiKey: string | undefined;
  /** Key for signatures of requests among nodes; default: from the options, see {@link resolveClusterKey}. */
  clusterKey?: ClusterKey;
  /** Jobs that run at given times. */
  schedules?: readonly Schedule[];
  log: Logger;
  /** Called with the port once it is known, before anything runs. */
  onListening?(port: number): void;
}

/** Earlier dates were signed for an earlier process of this node. */
const startedS = Math.floor(Date.now() / 1000);

/**
 * Starts a node: warm workers, then the HTTP side, then the accepted runs of an earlier process and the initialization
 * jobs.
 * @throws Error when the workers do not start or the address cannot be listened on
 */
export async function startNode(
  config: Config,
  { apiKey, clusterKey = resolveClusterKey(config, apiKey), schedules = [], log, onListening }: NodeOptions,
): Promise<RunningNode> {
  mkdirSync(path.join(config.WORK, ".rojob"), { recursive: true });
  const address = new NodeAddress(config);
  const phase: Phase = { isReady: false, isStopping: false, isLeaving: false };
  /** Aborts when a request, or the removal of the pid file, stops the node; that may be before it has started. */
  const stopRequest = new AbortController();
  const requestStop = (): void => stopRequest.abort();
  const gate = new StartGate();
  const parts = await makeParts({
    config,
    address,
    apiKey,
    clusterKey: clusterKey.clusterKey,
    signatures: new SignatureMemory(startedS, (err) =>
      log.warn({ err }, "cannot store the dates of signatures: if this node dies, signatures could be replayed"),
    ),
    schedules,
    log,
    phase,
    gate,
    stop: requestStop,
  });
  const { pool, cluster, store, runs, http, sources, signatures } = parts;
  parts.schedules.check();
  let pidFile: PidFile | undefined;

  try {
    await store.start();
    await pool.start();
    // The port is known before, or nobody has signed anything for it.
    if (config.PORT !== 0) signatures.open(signatureFilePath(config, config.PORT));
    await http.listen({ host: config.LISTEN, port: config.PORT });
    address.settle(http.server.address() as AddressInfo);
    if (config.PORT === 0) signatures.open(signatureFilePath(config, address.port));
    onListening?.(address.port);
    // From here on this is the node of its identity, and may recover the runs of an earlier process.
    pidFile = await PidFile.take({
      file: pidFilePath(config, address.port),
      node: address.identity,
      onRemoved: requestStop,
      log,
    });
    await cluster.start();
    await runs.start();
  } catch (error) {
    gate.giveUp();
    await Promise.all([http.close(), pool.close(), cluster.close(), pidFile?.release()]);
    await runs.close();
    throw error;
  }
  phase.isReady = true;
  gate.open();
  const { url } = address;
  log.info(accessNote(config, address.port, clusterKey));
  log.info({ url, workers: config.WORKERS, isolation: config.ISOLATION }, "ready");
  const initJobs = startInitJobs({ config, runs, sources, log });
  const running = { parts, initJobs, pidFile, phase, hasOthers: config.QUEUECH !== undefined };
  parts.schedules.start();

  let settle: () => void;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= stopNode(running, config.KILLGRACE).then(settle));
  const stopAside = (): void => {
    stop().catch((error: unknown) => log.error({ err: error }, "cannot stop the node"));
  };
  if (stopRequest.signal.aborted) stopAside();
  else stopRequest.signal.addEventListener("abort", stopAside);
  return { url, stop, done };
}
