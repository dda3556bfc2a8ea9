import type { RunFolder } from "../catalog/run-folder.js";
import type { Runs } from "../model/runs.js";
import type { Documents } from "./body/documents.js";
import type { HttpConfig, HttpOptions, PeerServices } from "./options.js";
import type { Route } from "./route.js";
import type { Starter } from "./starter.js";

/** Services that all routes about runs use. */
export interface RunServices {
  config: HttpConfig;
  runs: Runs;
  starter: Starter;
  documents: Documents;
  folder: RunFolder;
}

/** The services that the handlers of routes for clients get. */
export interface RouteServices extends RunServices, Pick<HttpOptions, "node" | "cluster" | "ready"> {
  /** All routes of the node. */
  routes: readonly Route[];
}

/** The services that the handlers of routes for peers get. */
export interface PeerRouteServices extends PeerServices, Pick<RunServices, "config" | "folder"> {}
