import { programFlags, type QueueKind } from "./kind.js";

/** Largest size that etcd recommends. */
const MAX_BYTES = 8 * 1024 ** 3;

/** etcd: transactions that compare revisions make each change whole. */
export const etcd = {
  type: "etcd3",
  title: "etcd",
  versions: "3.4 or newer",
  port: 2379,
  parts: [],
  image: "quay.io/coreos/etcd:v3.5.17",
  program({ port, sizeBytes }, host) {
    const flags = {
      "data-dir": "/data/etcd",
      "listen-client-urls": `http://0.0.0.0:${port}`,
      "advertise-client-urls": `http://${host}:${port}`,
      // Nodes renew keys every few seconds: kept versions of them would fill it.
      "auto-compaction-mode": "periodic",
      "auto-compaction-retention": "1h",
      // More is refused, before the disk is full.
      "quota-backend-bytes": Math.min(Math.floor(sizeBytes * 0.8), MAX_BYTES),
    };
    return {
      user: 1000,
      group: 1000,
      isVolumeOfRoot: true,
      command: ["/usr/local/bin/etcd", ...programFlags(flags)],
      health: ["/usr/local/bin/etcdctl", `--endpoints=127.0.0.1:${port}`, "endpoint", "health"],
      data: "/data",
    };
  },
} as const satisfies QueueKind;
