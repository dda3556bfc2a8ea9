import { ServiceError } from "../../../base/errors.js";
import { OFFERS_PATH } from "../../../cluster/offer.js";
import type { RunSpec } from "../../../model/run.js";
import type { HttpConfig } from "../../options.js";
import type { PeerRouteServices } from "../../services.js";

/**
 * Clients with the key can use the routes of peers, too. With RUNONLY only jobs of this node's own run folder are accepted.
 * @throws ServiceError `run_only`
 */
export function checkRunOnly(
  { file, text }: Pick<RunSpec, "file" | "text">,
  { config, folder }: Pick<PeerRouteServices, "config" | "folder">,
): void {
  if (!config.RUNONLY) return;
  const given = typeof text === "string" ? text : text.toJSON();
  if (file === "ojob" || folder.find(file).text !== given) throw new ServiceError("run_only", { route: OFFERS_PATH });
}

/** Largest body with a run, bytes: a peer sends the body that a client sent to it, wrapped in JSON. */
export function wrappedLimit({ MAXBODY }: HttpConfig): number {
  return MAXBODY * 3 + 100_000;
}
