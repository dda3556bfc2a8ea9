import { type Address, parseAddress } from "../../base/address.js";
import { nodeRegex } from "../option-spec.js";
import type { SourceKind } from "./source-kind.js";

/** One node. */
export const node: SourceKind<{ address: Address }> = {
  form: "host:port",
  about: "that node",
  regex: nodeRegex,
  read(entry) {
    const address = parseAddress(entry);
    return address && { address };
  },
  resolve: async ({ address }) => [address],
};
