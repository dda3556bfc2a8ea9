/**
 * The kinds of node sources in CDISC, one file per kind. The option's pattern and help, the documentation and the queries of
 * the cluster come from them.
 */
import { joinWords } from "../../base/join-words.js";
import { dns } from "./dns.js";
import { node } from "./node.js";
import type { SourceKind } from "./source-kind.js";
import { srv } from "./srv.js";

export type { Names } from "./source-kind.js";

/** The plain one first: an entry is read as it only when no other has its form. */
export const sourceKinds = { node, dns, srv } as const;
type SourceName = keyof typeof sourceKinds;
type PlaceOf<Kind> = Kind extends SourceKind<infer Place> ? Place : never;

/** A source of node addresses, one entry of CDISC. */
export type SourceSpec = { [Name in SourceName]: { kind: Name } & PlaceOf<(typeof sourceKinds)[Name]> }[SourceName];

const names = Object.keys(sourceKinds) as SourceName[];
/** The kinds, without their types. */
export const allSourceKinds = Object.values(sourceKinds) as SourceKind<any>[];

/** `host:port, dns:name:port or srv:name` */
export const sourceForms = joinWords(
  allSourceKinds.map(({ form }) => form),
  "or",
);
/** The same with their results. */
export const sourceHelp = joinWords(
  allSourceKinds.map(({ form, gives }) => (gives === undefined ? form : `${form} (${gives})`)),
  "or",
);
/** One entry, as part of a regular expression. */
export const sourceRegex = `(?:${allSourceKinds.map(({ regex }) => regex).join("|")})`;

/**
 * Reads one entry of CDISC.
 * @throws Error that names the entry and the right form
 */
export function readSource(entry: string): SourceSpec {
  for (const kind of names.toReversed()) {
    const { regex, read } = sourceKinds[kind];
    const place = new RegExp(`^${regex}$`).test(entry) ? read(entry) : undefined;
    if (place !== undefined) return { kind, ...place } as SourceSpec;
  }
  throw new Error(`'${entry}' must be ${sourceHelp}`);
}
