import { lookup, Resolver } from "node:dns/promises";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type Address, parseAddress } from "../../base/address.js";
import type { SourceSpec } from "./source.js";

/** Asks name servers; the part of a `Resolver` that is needed. */
export type Names = Pick<Resolver, "resolve4" | "resolve6" | "resolveSrv">;

/**
 * The present addresses of a source.
 * @param names resolver for DNS records
 * @throws Error when a name cannot be resolved
 */
export async function resolveSource(source: SourceSpec, names: Names = new Resolver()): Promise<Address[]> {
  switch (source.kind) {
    case "node":
      return [source.address];
    case "dns":
      return (await addressesOf(source.name, names)).map((host) => ({ host, port: source.port }));
    case "srv": {
      const records = await names.resolveSrv(source.name);
      return records.map(({ name, port }) => ({ host: name.replace(/\.$/, ""), port }));
    }
  }
}

/** All addresses of a name: from name servers, else from the system (its hosts file). */
async function addressesOf(name: string, names: Names): Promise<string[]> {
  const found = await Promise.allSettled([names.resolve4(name), names.resolve6(name)]);
  const addresses = found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  if (addresses.length > 0) return addresses;
  return (await lookup(name, { all: true })).map(({ address }) => address);
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
