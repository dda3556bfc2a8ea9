import type { Resolver } from "node:dns/promises";
import type { Address } from "../../base/address.js";

/** Asks for names: name servers, and what this machine knows (its hosts file). */
export interface Names extends Pick<Resolver, "resolve4" | "resolve6" | "resolveSrv"> {
  lookup(name: string): Promise<string[]>;
}

/** A kind of place to look for nodes at, one entry of CDISC. */
export interface SourceKind<Place> {
  /** How it is written: `srv:name`. */
  form: string;
  /** What it gives, where the form does not say it all; for messages and the help. */
  gives?: string;
  /** What it gives, for the documentation. */
  about: string;
  /** What it looks like, as part of a regular expression. */
  regex: string;
  /** Reads an entry that looks like it; undefined when it is none after all. */
  read(entry: string): Place | undefined;
  /**
   * The addresses it gives now.
   * @throws Error when a name cannot be resolved
   */
  resolve(place: Place, names: Names): Promise<Address[]>;
}

/** A name in the DNS, as part of a regular expression; those of services begin with an underscore. */
export const nameRegex = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?";
