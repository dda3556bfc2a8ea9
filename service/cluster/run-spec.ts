import { ServiceError } from "../base/errors.js";
import { unpacked } from "../base/json/packed-json.js";
import { RawJson } from "../base/json/raw-json.js";
import type { RunSpec } from "../model/run.js";

/**
 * Reads a run that another node sends, see `packed`.
 * @throws ServiceError `peer_not_understood`
 */
export function readSpec(bytes: Buffer, node: string): RunSpec {
  const fail = (what: string): never => {
    throw new ServiceError("peer_not_understood", { node, what });
  };
  let value: Partial<RunSpec>;
  try {
    value = unpacked(bytes) as Partial<RunSpec>;
  } catch {
    return fail("a run must be JSON");
  }
  const { uuid, file, args, timeoutMs } = value;
  if (typeof uuid !== "string" || !/^[\w.:[\]-]{3,512}$/.test(uuid)) return fail("'uuid' must be the id of a run");
  if (typeof value.text !== "string" && !(value.text instanceof RawJson))
    return fail("'text' must be the text of an oJob");
  if (typeof file !== "string") return fail("'file' must be a name");
  if (typeof args !== "object" || args === null) return fail("'args' must be a map");
  if (timeoutMs !== undefined && !(Number.isInteger(timeoutMs) && timeoutMs >= 0))
    return fail("'timeoutMs' must be in ms");
  const spec: RunSpec = { uuid, text: value.text, file, args };
  if (timeoutMs !== undefined) spec.timeoutMs = timeoutMs;
  return spec;
}
