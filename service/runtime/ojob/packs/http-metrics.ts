import { world } from "../../base/world.js";
import { reply } from "../../features/httpd/replies.js";
import type { ReplyMap } from "../../features/httpd/reply.js";
import { fromObj2OpenMetrics } from "../../features/metrics/open-metrics.js";
import { getAll, getSome } from "../../features/metrics/registry.js";

/** Answers of `/healthz` and `/metrics` of a server. */

export function healthReply(isOpenMetrics: unknown): ReplyMap {
  return isOpenMetrics ? reply(String(fromObj2OpenMetrics(getAll()))) : reply(getAll());
}

/** @param names of the metrics that are wanted, separated by commas; all unless given */
export function metricsReply(names: unknown, prefix: unknown, help: unknown): ReplyMap {
  const found = typeof names === "string" ? getSome(names.split(",")) : getAll();
  const now = world.host.clock.nowMs();
  return reply(String(fromObj2OpenMetrics(found, prefix as string, now as never, help as never)));
}
