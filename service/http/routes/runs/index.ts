import type { FastifyInstance } from "fastify";
import type { RunServices } from "../../services.js";
import { addKillRoute } from "./kill.js";
import { addLogRoute } from "./log.js";
import { addReadRoutes } from "./read.js";
import { addStartRoute } from "./start.js";

/** Everything below `/v1/runs`. */
export function addRunRoutes(scope: FastifyInstance, services: RunServices): void {
  addStartRoute(scope, services);
  addReadRoutes(scope, services);
  addLogRoute(scope, services);
  addKillRoute(scope, services);
}
