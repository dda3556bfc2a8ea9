import { portRegex } from "../option-spec.js";
import { type Names, nameRegex, type SourceKind } from "./source-kind.js";

/** All A and AAAA records of a name. */
export const dns: SourceKind<{ name: string; port: number }> = {
  form: "dns:name:port",
  gives: "all addresses of a name",
  about: "every A and AAAA record, such as a headless service of Kubernetes or `tasks.SERVICE` of Swarm",
  regex: `dns:${nameRegex}:${portRegex}`,
  read(entry) {
    const [, name, port] = entry.split(":");
    return { name: name!, port: Number(port) };
  },
  resolve: async ({ name, port }, names) => (await addressesOf(name, names)).map((host) => ({ host, port })),
};

/** All addresses of a name: from name servers, else from the system. */
async function addressesOf(name: string, names: Names): Promise<string[]> {
  const found = await Promise.allSettled([names.resolve4(name), names.resolve6(name)]);
  const addresses = found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  return addresses.length > 0 ? addresses : names.lookup(name);
}
