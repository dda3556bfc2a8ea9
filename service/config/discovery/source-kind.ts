import type { Resolver } from "node:dns/promises";
import type { Address } from "../../base/address.js";

/** Lookups of names: by name servers, and by the system (its hosts file). */
export interface Names extends Pick<Resolver, "resolve4" | "resolve6" | "resolveSrv"> {
  lookup(name: string): Promise<string[]>;
}

/** A kind of node source, one entry of CDISC. */
export interface SourceKind<Place> {
  /** Its form: `srv:name`. */
  form: string;
  /** Its result, unless the form says it; for messages and the help. */
  gives?: string;
  /** Its result, for the documentation. */
  about: string;
  /** Its pattern, as part of a regular expression. */
  regex: string;
  /** Reads an entry that matches; undefined: the entry is invalid. */
  read(entry: string): Place | undefined;
  /**
   * Its present addresses.
   * @throws Error when a name cannot be resolved
   */
  resolve(place: Place, names: Names): Promise<Address[]>;
}

/** A name in the DNS, as part of a regular expression; those of services begin with an underscore. */
export const nameRegex = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?";
