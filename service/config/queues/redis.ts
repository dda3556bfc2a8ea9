import { programFlags, QUEUE_MEMORY_MB, type QueueKind } from "./kind.js";

/** Redis: scripts on the server make each change whole. */
export const redis = {
  type: "redis",
  title: "Redis",
  versions: "6.2 or newer",
  port: 6379,
  parts: ["db"],
  image: "redis:7.4.2-alpine",
  program({ port }) {
    // Only nodes reach it: without a password it would answer none but its own machine.
    const open = { "protected-mode": "no" };
    const kept = { port, dir: "/data", appendonly: "yes", appendfsync: "always", save: "" };
    // Excess data is refused, before the container is killed for it.
    const limits = { maxmemory: `${QUEUE_MEMORY_MB * 0.75}mb`, "maxmemory-policy": "noeviction" };
    return {
      user: 999,
      group: 1000,
      isVolumeOfRoot: false,
      command: ["redis-server", ...programFlags({ ...kept, ...limits, ...open })],
      health: ["redis-cli", "-p", String(port), "ping"],
      data: "/data",
    };
  },
} as const satisfies QueueKind;
