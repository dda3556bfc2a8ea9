import { fromObj2OpenMetrics, fromOpenMetrics2Array } from "../features/metrics/open-metrics.js";
import {
  add,
  calls,
  collectMetrics,
  exists,
  getAll,
  getSome,
  metrics,
  startCollecting,
  stopCollecting,
} from "../features/metrics/registry.js";

export const scope = {
  "ow.metrics.__m": metrics,
  "ow.metrics.__fnMetrics": calls,
  "ow.metrics.add": add,
  "ow.metrics.exists": exists,
  "ow.metrics.getSome": getSome,
  "ow.metrics.getAll": getAll,
  "ow.metrics.startCollecting": startCollecting,
  "ow.metrics.stopCollecting": stopCollecting,
  "ow.metrics.collectMetrics": collectMetrics,
  "ow.metrics.fromObj2OpenMetrics": fromObj2OpenMetrics,
  "ow.metrics.fromOpenMetrics2Array": fromOpenMetrics2Array,
};
