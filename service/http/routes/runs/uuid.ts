import type { FastifyRequest } from "fastify";
import { ServiceError } from "../../../base/errors.js";

/** `host-port-[name_]clock`; a uuid becomes part of file names, so no other form is accepted. */
const UUID = /^[\w.:[\]-]{1,255}-\d{1,5}-(?:[\w.]{1,64}_)?\d{1,25}$/;

/**
 * The uuid in the path of a request.
 * @throws ServiceError `unknown_run` when it cannot be one
 */
export function uuidOf(request: FastifyRequest): string {
  const { uuid } = request.params as { uuid: string };
  if (!UUID.test(uuid)) throw new ServiceError("unknown_run", { uuid });
  return uuid;
}
