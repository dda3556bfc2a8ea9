import { nameRegex, type SourceKind } from "./source-kind.js";

/** SRV records (RFC 2782), which have ports too. */
export const srv: SourceKind<{ name: string }> = {
  form: "srv:name",
  gives: "its SRV records",
  about: "hosts and ports of the SRV records",
  regex: `srv:${nameRegex}`,
  read: (entry) => ({ name: entry.slice("srv:".length) }),
  async resolve({ name }, names) {
    const records = await names.resolveSrv(name);
    return records.map(({ name, port }) => ({ host: name.replace(/\.$/, ""), port }));
  },
};
