import type { Queue } from "../service/config/deploy/index.js";

/** Memory of a deployed queue. */
export const QUEUE_MEMORY_MB = 512;

/** Largest size that etcd recommends. */
const MAX_ETCD_BYTES = 8 * 1024 ** 3;

/** Command of a queue that is deployed beside the nodes. */
export interface QueueProgram {
  /** User and group of its image, which own its data folder there. */
  user: number;
  group: number;
  command: string[];
  /** Exits with 0 when it answers. */
  health: string[];
  /** Its data folder. */
  data: string;
}

/**
 * The queue's program. Accepted runs are on its disk: nodes acknowledge runs by it.
 * @param host its name for the nodes
 */
export function queueProgram({ kind, port, sizeBytes }: Queue, host: string): QueueProgram {
  if (kind === "redis") {
    // Only nodes reach it: without a password it would answer none but its own machine.
    const open = { "protected-mode": "no" };
    const kept = { port, dir: "/data", appendonly: "yes", appendfsync: "always", save: "" };
    // Excess data is refused, before the container is killed for it.
    const limits = { maxmemory: `${QUEUE_MEMORY_MB * 0.75}mb`, "maxmemory-policy": "noeviction" };
    return {
      user: 999,
      group: 1000,
      command: ["redis-server", ...flags({ ...kept, ...limits, ...open })],
      health: ["redis-cli", "-p", String(port), "ping"],
      data: "/data",
    };
  }
  return {
    user: 1000,
    group: 1000,
    command: [
      "/usr/local/bin/etcd",
      ...flags({
        "data-dir": "/data/etcd",
        "listen-client-urls": `http://0.0.0.0:${port}`,
        "advertise-client-urls": `http://${host}:${port}`,
        // Nodes renew keys every few seconds: kept versions of them would fill it.
        "auto-compaction-mode": "periodic",
        "auto-compaction-retention": "1h",
        // More is refused, before the disk is full.
        "quota-backend-bytes": Math.min(Math.floor(sizeBytes * 0.8), MAX_ETCD_BYTES),
      }),
    ],
    health: ["/usr/local/bin/etcdctl", `--endpoints=127.0.0.1:${port}`, "endpoint", "health"],
    data: "/data",
  };
}

function flags(values: Record<string, string | number>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
