// Every route of a node. A new route is an entry in the file of its subject; a new file of routes is a line here.
import type { Route } from "../route.js";
import { compatRoutes } from "./compat.js";
import { healthRoutes } from "./health.js";
import { metricsRoutes } from "./metrics.js";
import { nodeRoutes } from "./node.js";
import { nodesRoutes } from "./nodes.js";
import { openApiRoutes } from "./openapi.js";
import { heartbeatRoutes } from "./peers/heartbeats.js";
import { offerRoutes } from "./peers/offers.js";
import { queuedRoutes } from "./peers/queued.js";
import { recordRoutes } from "./peers/records.js";
import { queueRoutes } from "./queue.js";
import { killRoutes } from "./runs/kill.js";
import { logRoutes } from "./runs/log.js";
import { readRoutes } from "./runs/read.js";
import { startRoutes } from "./runs/start.js";

/** All routes, in the order in which openapi.json has them. */
export const routes: readonly Route[] = [
  ...startRoutes,
  ...readRoutes,
  ...logRoutes,
  ...killRoutes,
  ...queueRoutes,
  ...compatRoutes,
  ...nodesRoutes,
  ...nodeRoutes,
  ...metricsRoutes,
  ...healthRoutes,
  ...openApiRoutes,
  ...heartbeatRoutes,
  ...offerRoutes,
  ...recordRoutes,
  ...queuedRoutes,
];
