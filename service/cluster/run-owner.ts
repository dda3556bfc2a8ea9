import type { Address } from "../base/address.js";

/**
 * The node that accepted a run, from its uuid: `host-port-[name_]clock`. Hosts may have dashes, names of runs have
 * none. Undefined when the text is no uuid.
 */
export function ownerOf(uuid: string): Address | undefined {
  const match = /^(.+)-(\d{1,5})-[^-]+$/.exec(uuid);
  return match === null ? undefined : { host: match[1]!, port: Number(match[2]) };
}
