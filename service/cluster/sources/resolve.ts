import { lookup, Resolver } from "node:dns/promises";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type Address, parseAddress } from "../../base/address.js";
import { type Names, type SourceSpec, sourceKinds } from "../../config/discovery/index.js";
import type { SourceKind } from "../../config/discovery/source-kind.js";

/**
 * The present addresses of a source.
 * @param resolver for DNS records
 * @throws Error when a name cannot be resolved
 */
export function resolveSource(
  source: SourceSpec,
  resolver: Pick<Resolver, "resolve4" | "resolve6" | "resolveSrv"> = new Resolver(),
): Promise<Address[]> {
  const names: Names = {
    resolve4: resolver.resolve4.bind(resolver),
    resolve6: resolver.resolve6.bind(resolver),
    resolveSrv: resolver.resolveSrv.bind(resolver),
    lookup: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  };
  return (sourceKinds[source.kind] as SourceKind<any>).resolve(source, names);
}

/**
 * The nodes that have their pid file in a work folder, `.rojob/roJob_HOST_PORT.pid`; its second line names the node.
 */
export async function nodesOfWorkFolder(workFolder: string): Promise<Address[]> {
  const folder = path.join(workFolder, ".rojob");
  const names = (await readdir(folder)).filter((name) => /^roJob_.+_\d{1,5}\.pid$/.test(name));
  const found = await Promise.all(names.map((name) => nodeOf(path.join(folder, name))));
  return found.filter((address) => address !== undefined);
}

async function nodeOf(file: string): Promise<Address | undefined> {
  try {
    const second = (await readFile(file, "utf8")).split("\n")[1] ?? "";
    return parseAddress(String((JSON.parse(second) as { node?: unknown }).node));
  } catch {
    return undefined; // gone again, or not of a node of this kind
  }
}
