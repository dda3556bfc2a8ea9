import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { add, startCollecting } from "../../features/metrics/registry.js";
import { active, passive } from "../../features/server/telemetry.js";
import type { AnyMap } from "../model/shapes.js";

/** `ojob.metrics.add`: functions of the run's metrics, by name. */
export function addMetrics(metrics: AnyMap): void {
  for (const name of Object.keys(metrics.add ?? {})) add(name, new jobScope.Function(metrics.add[name]));
}

/**
 * `ojob.metrics`: `true` or `collect` keep them in a channel, `active` sends them, `passive` gives them out over HTTP.
 * OpenAF listens on a port as soon as there is the setting; here only when `passive` or a `port` says so.
 */
export function startMetrics(metrics: unknown): void {
  if (metrics === true) return startCollecting();
  if (!isMap(metrics)) return;
  const { collect, active: sent } = metrics;
  if (collect === true) startCollecting();
  else if (isMap(collect)) startCollecting(collect.ch, collect.period, collect.some, collect.noDate);
  if (isMap(sent)) active(sender(sent), sent.periodInMs);
  if (metrics.passive === true || (metrics.passive !== false && metrics.port !== undefined))
    passive(metrics.port, metrics.uri, metrics.openMetrics, metrics.openMetricsPrefix, metrics.openMetricsHelp);
}

function sender({ openmetrics, nattrmon, fn }: AnyMap): unknown {
  if (typeof fn === "string") return new jobScope.Function(fn);
  const { telemetry } = jobScope.ow.server;
  if (isMap(nattrmon)) return telemetry.send2nAttrMon(nattrmon.url, nattrmon.attrPrefix, nattrmon.metrics);
  if (isMap(openmetrics))
    return telemetry.send2Prometheus(openmetrics.url, openmetrics.prefix ?? "", openmetrics.metrics);
  throw "ojob.metrics.active needs one of openmetrics and fn";
}
